import { canonicalJson } from '../domain/canonical-json.ts';
import type { JsonValue } from '../domain/json.ts';
import { compareSchemas } from './compare-schemas.ts';
import { type ContractVersion, numbersOf } from './contract-version.ts';
import type { Change } from './difference.ts';
import {
  CHANGES,
  type ChangeId,
  CONTRACT_RULES,
  type ContractRuleId,
  NOTHING_TO_DO,
  type Severity,
  type Side,
  TEXT_ONLY,
} from './rules.ts';

/** One finding about a new version. It quotes names, paths and keywords of contracts, never a value. */
export interface Finding {
  readonly rule: ChangeId | ContractRuleId;
  readonly of: Side | 'contract';
  /** Of the record or the query: the path of the field or parameter. Of the contract: a JSON pointer into contract.json. */
  readonly where: string;
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
}

/** What a new version is to those who use an old one. */
export interface Comparison {
  readonly old: ContractVersion;
  readonly findings: readonly Finding[];
  /** A higher major number: nobody who uses the old version meets the new one unasked. */
  readonly majorRaised: boolean;
  readonly responseSafe: boolean;
  readonly requestSafe: boolean;
  /** Whether somebody has to do something before the new version may be published. */
  readonly needsAttention: boolean;
}

const OFFICER_RULES: ReadonlySet<string> = new Set(
  Object.entries(CHANGES).flatMap(([id, { officer }]) => (officer ? [id] : [])),
);

/** Compares a new version with each of the old ones: somebody may hold any of them, and a step between may be forgotten. */
export function compareVersions(olds: readonly ContractVersion[], now: ContractVersion): readonly Comparison[] {
  return olds.map((old) => {
    const changes = [
      ...contractFindings(old, now),
      ...compareSchemas({ old: old.query, now: now.query }).map((change) => changeFinding(change, 'request')),
      ...compareSchemas({ old: old.record, now: now.record }).map((change) => changeFinding(change, 'response')),
    ];
    const findings = [...versionFindings({ old, now }, changes), ...changes];
    const majorRaised = numbersOf(now.file.version)[0] > numbersOf(old.file.version)[0];
    const isSafe = (side: Side): boolean => findings.every(({ of, severity }) => of !== side || severity !== 'error');
    return {
      old,
      findings,
      majorRaised,
      responseSafe: isSafe('response'),
      requestSafe: isSafe('request'),
      needsAttention: findings.some(
        ({ severity, rule }) => severity !== 'info' && (!majorRaised || OFFICER_RULES.has(rule)),
      ),
    };
  });
}

function changeFinding({ rule, path, keyword }: Change, side: Side): Finding {
  const { [side]: severity, message, remedy } = CHANGES[rule];
  return {
    rule,
    of: side,
    where: path,
    severity,
    message: keyword === undefined ? message : `${message} (${keyword})`,
    remedy: severity === 'info' ? NOTHING_TO_DO : remedy,
  };
}

function contractFinding(rule: ContractRuleId, where: string): Finding {
  return { rule, of: 'contract', where, ...CONTRACT_RULES[rule] };
}

interface Pair {
  readonly old: ContractVersion;
  readonly now: ContractVersion;
}

function versionFindings({ old, now }: Pair, changes: readonly Finding[]): readonly Finding[] {
  if (contentOf(old) === contentOf(now)) return [];
  const before = numbersOf(old.file.version);
  const after = numbersOf(now.file.version);
  const step = after.findIndex((number, at) => number !== before[at]);
  if (step < 0 || Number(after[step]) < Number(before[step]))
    return [contractFinding('version-not-raised', '/version')];
  const onlyPatch = step === 2;
  return onlyPatch && changes.some(({ rule }) => !TEXT_ONLY.has(rule))
    ? [contractFinding('version-needs-minor', '/version')]
    : [];
}

/** All of a version but its number and where an editor finds the meta-schema, written in one way. */
function contentOf({ file, query, record }: ContractVersion): string {
  return canonicalJson({ ...membersOf(file), query, record });
}

/** What is compared as a whole; the query has rules of its own, and the id differs by its major alone. */
function membersOf({
  $schema: _,
  id: __,
  version: ___,
  query: ____,
  ...members
}: ContractVersion['file']): Readonly<Record<string, JsonValue>> {
  return members;
}

const CONTRACT_MEMBERS: Readonly<Record<string, ContractRuleId>> = {
  title: 'contract-note-changed',
  population: 'contract-note-changed',
  source: 'source-changed',
};

function contractFindings(old: ContractVersion, now: ContractVersion): readonly Finding[] {
  const before = membersOf(old.file);
  const after = membersOf(now.file);
  const spelling = (value: JsonValue | undefined): string => (value === undefined ? '' : canonicalJson(value));
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => spelling(before[name]) !== spelling(after[name]))
    .map((name) => contractFinding(CONTRACT_MEMBERS[name] ?? 'contract-changed', `/${name}`));
}
