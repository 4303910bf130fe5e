import { compileContract } from '../src/contract/compile-contract.ts';
import type { ContractFile } from '../src/contract/contract-file.ts';
import type { Contract } from '../src/domain/contract.ts';
import type { Grant, GrantedField, Purpose } from '../src/domain/grant.ts';
import type { JsonObject, JsonSchema, JsonValue } from '../src/domain/json.ts';
import type { Department } from '../src/domain/party.ts';
import { residentIdCheckDigit } from '../src/semantic/resident-id.ts';

// The record of masking benchmarks: 32 fields at the top, seven members of a household, about 1.7 KB; once as a
// register holds it and once in ASCII, because decoding UTF-8 is most of the difference between the two.
interface Row {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly chinese: JsonValue;
  /** Absent where a register holds the same. */
  readonly ascii?: JsonValue;
}

const text = (more: JsonSchema = {}): JsonSchema => ({ type: 'string', maxLength: 64, ...more });

function citizen(body: string): string {
  return body + residentIdCheckDigit(body);
}

/** County code 99 is assigned nowhere. */
const ID_PATTERN = '^(?:[1-9][0-9]{16}[0-9X]|[1-9][0-9]{14})$';
const ID = text({ pattern: ID_PATTERN, 'x-semantic': 'cn.resident-id' });
const NAME = text({ minLength: 1, 'x-semantic': 'cn.name' });
const MOBILE = { type: ['string', 'null'], maxLength: 20, 'x-semantic': 'cn.mobile' };
const DATE = { type: 'string', format: 'date' };

const MEMBERS = [
  ['欧阳建国', 'Ouyang Jianguo', '父亲', 'father', citizen('11019919530214101')],
  ['李秀英', 'Li Xiuying', '母亲', 'mother', citizen('11019919551103202')],
  ['王芳', 'Wang Fang', '配偶', 'spouse', citizen('11019919860722304')],
  ['欧阳小明', 'Ouyang Xiaoming', '长子', 'son', citizen('11019920120509405')],
  ['欧阳小红', 'Ouyang Xiaohong', '长女', 'daughter', citizen('11019920151230506')],
  ['王建军', 'Wang Jianjun', '岳父', 'parent-in-law', citizen('11019919580318607')],
  ['陈桂兰', 'Chen Guilan', '岳母', 'parent-in-law', citizen('11019919600925708')],
] as const;

function memberOf(name: string, relation: string, residentId: string): JsonObject {
  const born = residentId.slice(6, 14);
  const birthDate = `${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6)}`;
  return { name, residentId, relation, birthDate };
}

const ROWS: readonly Row[] = [
  { name: 'residentId', schema: ID, chinese: citizen('11019919850312001') },
  { name: 'name', schema: NAME, chinese: '欧阳修文', ascii: 'Ouyang Xiuwen' },
  { name: 'formerName', schema: { ...NAME, type: ['string', 'null'] }, chinese: null },
  { name: 'sex', schema: text(), chinese: '男', ascii: 'male' },
  { name: 'birthDate', schema: DATE, chinese: '1985-03-12' },
  { name: 'ethnicity', schema: text(), chinese: '汉族', ascii: 'Han' },
  { name: 'mobile', schema: MOBILE, chinese: '13800138000' },
  { name: 'email', schema: text(), chinese: 'ouyang.xiuwen@example.cn' },
  {
    name: 'address',
    schema: text(),
    chinese: '江苏省样例市测试区东风路街道东风路41号3单元502室',
    ascii: 'room 502, unit 3, 41 Dongfeng Road, Ceshi, Yangli, Jiangsu',
  },
  {
    name: 'registeredAddress',
    schema: text(),
    chinese: '江苏省样例市测试区北京东路7号',
    ascii: '7 Beijing East Road, Ceshi, Yangli, Jiangsu',
  },
  { name: 'districtCode', schema: text({ pattern: '^[0-9]{6}$' }), chinese: '110199' },
  { name: 'policeStation', schema: text(), chinese: '样例市公安局东风路派出所', ascii: 'Dongfeng Road police station' },
  { name: 'maritalStatus', schema: text(), chinese: '已婚', ascii: 'married' },
  { name: 'education', schema: text(), chinese: '大学本科毕业', ascii: 'bachelor degree, graduated' },
  { name: 'occupation', schema: text(), chinese: '信息工程技术人员', ascii: 'information engineer' },
  { name: 'employer', schema: text(), chinese: '样例市信息技术服务有限公司', ascii: 'Yangli Information Services Ltd' },
  { name: 'monthlyIncome', schema: { type: 'number', minimum: 0 }, chinese: 12850.55 },
  { name: 'insuranceMonths', schema: { type: 'integer', minimum: 0 }, chinese: 187 },
  { name: 'insured', schema: { type: 'boolean' }, chinese: true },
  { name: 'householdId', schema: text(), chinese: '110199-0041-0502' },
  { name: 'householdType', schema: text(), chinese: '家庭户', ascii: 'family household' },
  { name: 'relationToHead', schema: text(), chinese: '户主', ascii: 'head of household' },
  { name: 'bloodType', schema: text(), chinese: 'AB' },
  {
    name: 'militaryService',
    schema: text(),
    chinese: '未服兵役，已办理兵役登记',
    ascii: 'not served, registered for service',
  },
  { name: 'nativePlace', schema: text(), chinese: '江苏省样例市', ascii: 'Yangli, Jiangsu' },
  { name: 'birthPlace', schema: text(), chinese: '样例市', ascii: 'Yangli' },
  { name: 'bankName', schema: text(), chinese: '样例银行东风路支行', ascii: 'Bank of Yangli, Dongfeng Road' },
  { name: 'bankCard', schema: text(), chinese: '6228480402564890018' },
  { name: 'plate', schema: { type: ['string', 'null'], maxLength: 16 }, chinese: null },
  { name: 'status', schema: text(), chinese: '正常', ascii: 'registered' },
  { name: 'updatedAt', schema: { type: 'string', format: 'date-time' }, chinese: '2026-11-01T08:30:00+08:00' },
  {
    name: 'members',
    schema: {
      type: 'array',
      maxItems: 32,
      items: closedObject({ name: NAME, residentId: ID, relation: text(), birthDate: DATE }),
    },
    chinese: MEMBERS.map(([name, , relation, , residentId]) => memberOf(name, relation, residentId)),
    ascii: MEMBERS.map(([, name, , relation, residentId]) => memberOf(name, relation, residentId)),
  },
];

export const CHINESE_RECORD: JsonObject = Object.fromEntries(ROWS.map(({ name, chinese }) => [name, chinese]));
export const ASCII_RECORD: JsonObject = Object.fromEntries(
  ROWS.map(({ name, chinese, ascii = chinese }) => [name, ascii]),
);

/** Every leaf graded, as a contract must be. */
function graded(schema: JsonSchema): JsonSchema {
  return schema['type'] === 'array' ? schema : { ...schema, 'x-classification': 'general-3' };
}

function closedObject(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, graded(schema)])),
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

export const RECORD_SCHEMA: JsonSchema = closedObject(
  Object.fromEntries(ROWS.map(({ name, schema }) => [name, schema])),
);

/** As many fields as asked for, of the kinds that the record has, all at the top. */
export function wideSchema(fields: number): JsonSchema {
  const kinds = ROWS.filter(({ schema }) => schema['type'] !== 'array');
  return closedObject(
    Object.fromEntries(
      Array.from({ length: fields }, (_, at) => {
        const { name = '', schema = {} } = kinds[at % kinds.length] ?? {};
        return [at < kinds.length ? name : `${name}${Math.floor(at / kinds.length)}`, schema];
      }),
    ),
  );
}

export const CONTRACT_FILE: ContractFile = {
  id: 'public-security.household-register.v1',
  version: '1.0.0',
  title: { en: 'Household register', zh: '户籍登记' },
  source: { id: 'public-security.register', path: '/households/find' },
  query: {
    type: 'object',
    properties: { residentId: { type: 'string', pattern: ID_PATTERN, 'x-filter': '/residentId' } },
    required: ['residentId'],
    additionalProperties: false,
  },
};

/** @throws TypeError if the contract of the benchmark is none any more */
export function contractOf(schema: JsonSchema): Contract {
  const files = { contractFile: 'contract.json', schemaFile: 'schema.json' };
  const { contract, faults } = compileContract({ ...files, contract: CONTRACT_FILE, schema });
  if (contract === undefined) throw new TypeError(JSON.stringify(faults));
  return contract;
}

const granting = (
  path: string,
  treatment = 'keep',
  parameters: JsonObject = {},
): Pick<GrantedField, 'path' | 'treatment' | 'parameters'> => ({ path, treatment, parameters });

/** Thirteen of its fields, most of them treated: about 680 B leave. */
export const GRANTED_FIELDS: readonly GrantedField[] = [
  granting('/residentId', 'cn.resident-id', { area: 6, tail: 4 }),
  granting('/name', 'cn.name'),
  granting('/sex'),
  granting('/mobile', 'cn.mobile', { head: 3, tail: 4 }),
  granting('/registeredAddress'),
  granting('/districtCode'),
  granting('/maritalStatus'),
  granting('/monthlyIncome', 'threshold', { operator: '>=', limit: 5000 }),
  granting('/plate', 'exists'),
  granting('/status'),
  granting('/members/*/name', 'cn.name'),
  granting('/members/*/residentId', 'exists'),
  granting('/members/*/relation'),
].map((field) => ({ ...field, onMismatch: 'fail', justification: 'To be measured.' }));

/** A treatment for every field of a wide contract, each as its meaning allows. */
export function grantEverything({ fields }: Contract): readonly GrantedField[] {
  const bySemantic = new Map(GRANTED_FIELDS.map((field) => [field.path.slice(1), field]));
  return fields.map(({ path }) => {
    const like = bySemantic.get(path.replace(/^\/|\d+$/g, '')) ?? granting(path);
    return { onMismatch: 'fail', justification: 'To be measured.', ...like, path };
  });
}

export const CONSUMER: Department = {
  id: 'civil-affairs',
  name: { en: 'Civil affairs', zh: '民政' },
  clearance: 'general-3',
};

export const PURPOSE: Purpose = {
  id: 'subsistence-allowance',
  name: { en: 'Subsistence allowance', zh: '最低生活保障' },
  legalBasis: [{ id: 'social-assistance', instrument: '社会救助暂行办法', covers: ['subsistence-allowance'] }],
  ceiling: { '*': ['exact'], untyped: ['exact'] },
};

export function grantOf(fields: readonly GrantedField[]): Grant {
  return {
    id: 'allowance-household',
    consumer: { department: CONSUMER.id, systems: [`${CONSUMER.id}.assistance`] },
    contract: CONTRACT_FILE.id,
    purpose: PURPOSE.id,
    parameters: ['residentId'],
    fields,
    validFrom: '2026-01-01T00:00:00+08:00',
    validUntil: '2029-01-01T00:00:00+08:00',
  };
}
