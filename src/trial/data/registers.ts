import type { JsonObject } from '../../domain/json.ts';
import { parseResidentId } from '../../semantic/resident-id.ts';
import { unifiedSocialCreditCodeCheck } from '../../semantic/unified-social-credit-code.ts';
import { type RandomSource, seededRandom } from '../../synthetic/seeded-random.ts';
import { generateResidents, type Resident } from './residents.ts';

/** One source department's backend: where it answers, and how it finds a record for a query. */
export interface Register {
  readonly source: string;
  readonly path: string;
  find(query: JsonObject): JsonObject | undefined;
}

/** The example departments' data, and the people in it that the story is about. */
export interface Registers {
  readonly registers: readonly Register[];
  readonly residents: readonly Resident[];
  readonly licences: readonly JsonObject[];
  readonly workOrders: readonly JsonObject[];
}

const SEED = 809;
const FAMILIES = 120;

export function generateRegisters(): Registers {
  const random = seededRandom(SEED);
  const residents = generateResidents(random, FAMILIES);
  const adults = residents.filter(({ birthDate, status }) => birthDate < '2008' && status === '正常');
  const licences = Array.from({ length: 40 }, (_, index) => licence(random, adults, index));
  const workOrders = Array.from({ length: 40 }, (_, index) => workOrder(random, adults, index));
  const byNumber = (path: string, source: string, records: readonly JsonObject[]): Register => {
    const index = new Map(records.map((record) => [numberOf(record['residentId']), record]));
    return { source, path, find: ({ residentId }) => index.get(numberOf(residentId)) };
  };
  const byKey = (path: string, source: string, [key, records]: readonly [string, readonly JsonObject[]]): Register => {
    const index = new Map(records.map((record) => [record[key], record]));
    return { source, path, find: (query) => index.get(query[key] ?? null) };
  };
  return {
    residents,
    licences,
    workOrders,
    registers: [
      byNumber(
        '/residents/find',
        'public-security.population-register',
        residents.map((resident) => ({
          ...resident,
          address: { ...resident.address },
          household: householdOf(resident),
        })),
      ),
      byNumber(
        '/taxpayers/find',
        'taxation.taxpayer-register',
        adults.map((adult) => taxpayer(random, adult)),
      ),
      byNumber(
        '/accounts/find',
        'human-resources.social-insurance',
        adults.map((adult) => insurance(random, adult)),
      ),
      byKey('/licences/find', 'market-regulation.licence-register', ['creditCode', licences]),
      byKey('/work-orders/find', 'government-services.work-orders', ['orderNumber', workOrders]),
    ],
  };
}

function householdOf({ household }: Resident): JsonObject | null {
  return household === null
    ? null
    : { number: household.number, members: household.members.map((member) => ({ ...member })) };
}

/** Registers find a person by the 18 digits also where they keep the old 15. */
function numberOf(value: unknown): string | undefined {
  return typeof value === 'string' ? parseResidentId(value)?.id : undefined;
}

function taxpayer(random: RandomSource, { residentId, name }: Resident): JsonObject {
  const years = random.integer(0, 5);
  return {
    residentId,
    taxpayerName: name,
    arrearsFen: random.chance(0.2) ? random.integer(1, 5_000_000) : 0,
    openCases: random.chance(0.05) ? 1 : 0,
    creditRating: random.pick(['A', 'B', 'M', 'C', 'D', null]),
    assessedYears: Array.from({ length: years }, (_, index) => ({
      year: 2025 - index,
      taxFen: random.integer(0, 9_000_000),
    })),
  };
}

function insurance(random: RandomSource, { residentId, name }: Resident): JsonObject {
  const monthsPaid = random.integer(0, 420);
  return {
    residentId,
    name,
    accountStatus: random.pick(['正常', '正常', '正常', '暂停', '终止']),
    contributionBaseFen: random.integer(400_000, 3_500_000),
    monthsPaid,
    lastPaidMonth: monthsPaid === 0 ? null : `2026-${String(random.integer(1, 10)).padStart(2, '0')}`,
  };
}

function creditCode(random: RandomSource, head: string): string {
  const body = `${head}${random.pick(['110199', '310199', '440199'])}${String(random.integer(0, 99_999_999)).padStart(8, '0')}${random.pick('0123456789X'.split(''))}`;
  return body + unifiedSocialCreditCodeCheck(body);
}

function licence(random: RandomSource, adults: readonly Resident[], index: number): JsonObject {
  const representative = random.pick(adults);
  const kind = random.pick(['有限责任公司', '个体工商户', '农民专业合作社'] as const);
  const heads = { 有限责任公司: '91', 个体工商户: '92', 农民专业合作社: '93' } as const;
  const others = Array.from({ length: random.integer(0, 3) }, () => random.pick(adults));
  const shares = [10_000 - others.length * 1500, ...others.map(() => 1500)];
  return {
    creditCode: creditCode(random, heads[kind]),
    name: `示例${random.pick(['商贸', '餐饮', '科技', '种植'])}${index + 1}号${kind === '有限责任公司' ? '有限公司' : '店'}`,
    kind,
    status: random.pick(['存续', '存续', '存续', '注销']),
    registeredCapitalFen: kind === '有限责任公司' ? random.integer(1, 100) * 10_000_000 : null,
    establishedOn: `20${random.integer(10, 25)}-0${random.integer(1, 9)}-1${random.integer(0, 9)}`,
    legalRepresentative: {
      name: representative.name,
      residentId: representative.residentId,
      mobile: representative.mobile,
    },
    shareholders: [representative, ...others].map(({ name, residentId }, at) => ({
      name,
      residentId,
      shareBasisPoints: shares[at] ?? 0,
    })),
  };
}

function workOrder(random: RandomSource, adults: readonly Resident[], index: number): JsonObject {
  const caller = random.pick(adults.filter(({ mobile }) => mobile !== null));
  return {
    orderNumber: `GD20261122${String(index + 1).padStart(4, '0')}`,
    topic: random.pick(['噪声扰民', '道路损坏', '办事咨询', '欠薪投诉']),
    status: random.pick(['待办', '办理中', '已办结']),
    caller: {
      name: random.chance(0.8) ? caller.name : null,
      mobile: random.chance(0.5) ? `+86 ${caller.mobile}` : (caller.mobile ?? ''),
    },
    text: `来电人反映${caller.address.text}附近问题，请处理。`,
  };
}
