import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';
import type { Outcome } from '../domain/ledger-entry.ts';
import type { Names } from '../domain/party.ts';
import type { Registers } from './data/registers.ts';
import type { Resident } from './data/residents.ts';

/** One call of the story, and what has to become of it. */
export interface Scene {
  readonly title: Names;
  readonly system: string;
  readonly contract: string;
  readonly purpose: string;
  readonly query: JsonObject;
  readonly fields?: readonly string[];
  readonly expected: Outcome;
  /** The code of the problem, where there has to be one. */
  readonly code?: string;
  /** A source that is switched off before the call. */
  readonly sourceDown?: string;
}

const REGISTRATION = 'market-regulation.enterprise-registration';
const AGENT_DESK = 'hotline.agent-desk';
const IDENTITY = 'public-security.resident-identity.v1';
const INSURANCE = 'human-resources.social-insurance-account.v1';

/** 企业开办: a citizen opens a shop. 12345: the hotline calls one back. What each needs, and what neither may have. */
export function story(registers: Registers): readonly Scene[] {
  const people = cast(registers);
  return [...openingAShop(people), ...otherNeeds(people, registers), ...refusedOrFailed(people)];
}

const OPEN_SHOP = { system: REGISTRATION, purpose: 'open-a-shop' } as const;

function openingAShop({ applicant: { residentId, name }, oldNumber }: Cast): readonly Scene[] {
  return [
    {
      ...OPEN_SHOP,
      title: {
        en: 'Market regulation asks public security to confirm the applicant',
        zh: '市场监管部门核验申请人身份',
      },
      contract: IDENTITY,
      query: { residentId, name },
      expected: 'released',
    },
    {
      ...OPEN_SHOP,
      title: { en: 'The same, with a name that is not hers', zh: '姓名不符' },
      contract: IDENTITY,
      query: { residentId, name: '张冒充' },
      expected: 'released',
    },
    {
      ...OPEN_SHOP,
      title: { en: 'Market regulation asks tax whether there are arrears', zh: '查询有无欠税' },
      contract: 'taxation.tax-standing.v1',
      query: { residentId },
      expected: 'released',
    },
    {
      ...OPEN_SHOP,
      title: {
        en: 'Market regulation asks human resources for the status of the insurance account',
        zh: '查询参保状态',
      },
      contract: INSURANCE,
      query: { residentId },
      expected: 'released',
    },
    {
      ...OPEN_SHOP,
      title: { en: 'An applicant whom the register keeps under an old 15-digit number', zh: '十五位旧号码' },
      contract: IDENTITY,
      query: { residentId: oldNumber.residentId, name: oldNumber.name },
      expected: 'released',
    },
    {
      ...OPEN_SHOP,
      title: { en: 'A number that nobody has', zh: '查无此人' },
      contract: IDENTITY,
      // Valid in form and check digit, in a county that does not exist.
      query: { residentId: '110199190001010015' },
      expected: 'released',
    },
  ];
}

function otherNeeds({ family }: Cast, { licences, workOrders }: Registers): readonly Scene[] {
  return [
    {
      title: { en: 'Human resources asks who belongs to a household', zh: '遗属待遇核发: 查询家庭成员' },
      system: 'human-resources.benefits',
      purpose: 'survivor-benefit',
      contract: IDENTITY,
      query: { residentId: family.residentId },
      expected: 'released',
    },
    {
      title: { en: 'Taxation reads the licence of a business', zh: '税务登记: 查询营业执照' },
      system: 'taxation.tax-registration',
      purpose: 'tax-registration',
      contract: 'market-regulation.business-licence.v1',
      query: { creditCode: licences[0]?.['creditCode'] ?? '' },
      expected: 'released',
    },
    {
      title: { en: 'The hotline asks for the contact of a caller', zh: '热线回访: 查询来电人联系方式' },
      system: AGENT_DESK,
      purpose: 'hotline-call-back',
      contract: 'government-services.work-order.v1',
      query: { orderNumber: workOrders.find(({ caller }) => isNamed(caller))?.['orderNumber'] ?? '' },
      expected: 'released',
    },
  ];
}

function refusedOrFailed({ applicant: { residentId } }: Cast): readonly Scene[] {
  return [
    {
      title: { en: 'The hotline asks for the identity, for which it has no grant', zh: '热线查询身份: 无授权' },
      system: AGENT_DESK,
      purpose: 'hotline-call-back',
      contract: IDENTITY,
      query: { residentId },
      expected: 'refused',
      code: 'grant.missing',
    },
    {
      ...OPEN_SHOP,
      title: { en: 'Market regulation asks for the address, which is outside its grant', zh: '查询授权外信息项' },
      contract: IDENTITY,
      query: { residentId },
      fields: ['/status', '/address/text'],
      expected: 'refused',
      code: 'field.not-granted',
    },
    {
      ...OPEN_SHOP,
      title: { en: 'Human resources is down', zh: '数据源停机' },
      contract: INSURANCE,
      query: { residentId },
      sourceDown: 'human-resources.social-insurance',
      expected: 'failed',
      code: 'source.unavailable',
    },
  ];
}

interface Cast {
  readonly applicant: Resident;
  readonly oldNumber: Resident;
  readonly family: Resident;
}

function cast({ residents }: Registers): Cast {
  const adults = residents.filter(({ status, birthDate }) => status === '正常' && birthDate < '2000');
  const applicant =
    adults.find(({ name, residentId }) => name.startsWith('欧阳') && residentId.length === 18) ?? adults[0];
  const oldNumber = adults.find(({ residentId }) => residentId.length === 15) ?? adults[0];
  const family =
    adults.find(({ household }) => household?.members.some((member) => member.residentId === null)) ?? adults[0];
  if (applicant === undefined || oldNumber === undefined || family === undefined)
    throw new RangeError('nobody to tell the story about');
  return { applicant, oldNumber, family };
}

function isNamed(caller: JsonValue | undefined): boolean {
  return isJsonObject(caller) && caller['name'] !== null;
}
