/** What a finding asks for: `error` breaks somebody, `warning` needs somebody to look, `info` needs nobody. */
export type Severity = 'error' | 'warning' | 'info';

/** Whom a change meets: who reads answers by the old contract, or who asks by it. */
export type Side = 'response' | 'request';

type Effect = Readonly<Record<Side, Severity>>;

interface ChangeRule extends Effect {
  readonly message: string;
  readonly remedy: string;
  /** Whether a new major version does not settle it: less protection is decided by the security officer, whoever calls. */
  readonly officer: boolean;
}

const EITHER: Effect = { response: 'error', request: 'error' };
/** More is allowed: an old reader may meet what he does not know. */
const MORE: Effect = { response: 'error', request: 'info' };
/** Less is allowed: what somebody used to ask may be refused. */
const LESS: Effect = { response: 'info', request: 'error' };
const NEITHER: Effect = { response: 'info', request: 'info' };
/** Of no consequence to who asks; annotations of a query are read by nobody. */
const GRANTS: Effect = { response: 'warning', request: 'info' };

/** What every `info` says for a remedy. */
export const NOTHING_TO_DO = 'Nothing has to be done.';
const NEW_MAJOR = 'Take it back, or publish it as a new major version.';
const OFFICER = 'Take it back, or have the security officer 安全管理员 approve it.';
const REGRANT = 'Have the grants that hold the field approved again.';

function rule(effect: Effect, message: string, remedy = NEW_MAJOR): ChangeRule {
  return { ...effect, message, remedy, officer: remedy === OFFICER };
}

/**
 * Every kind of change of a schema. A response is safe if whoever holds the old contract can read what fits the new
 * one, after leaving out the properties that he does not know; a request is safe if what fitted the old contract fits
 * the new one. That is forward for responses and backward for requests, where schema registries are backward by
 * default, which would permit deleting a field.
 */
export const CHANGES = {
  // Either way: objects are closed, and a grant names the property, required or not.
  'property-removed': rule(EITHER, 'the property is gone, or has another name'),
  // Whoever does not know it leaves it out; it is in no grant yet.
  'property-added-optional': rule(NEITHER, 'there is a new optional property', NOTHING_TO_DO),
  'property-added-required': rule(
    LESS,
    'there is a new required property',
    'Make it optional, or publish it as a new major version.',
  ),
  'required-dropped': rule(MORE, 'the property is no longer required'),
  'required-added': rule(LESS, 'the property is now required'),
  'type-widened': rule(MORE, 'the type allows more than before'),
  'type-narrowed': rule(LESS, 'the type allows less than before'),
  'type-changed': rule(EITHER, 'the type is another one'),
  'shape-changed': rule(EITHER, 'the object is of another form: named properties, a map or variants'),
  'null-added': rule(MORE, 'null is now allowed'),
  'null-removed': rule(LESS, 'null is no longer allowed'),
  'enum-value-added': rule(MORE, 'a value is allowed that was not before'),
  'enum-value-removed': rule(LESS, 'a value that was allowed no longer is'),
  // An enumeration of whole objects or lists: one of them without a new property is another value.
  'enum-of-structures-changed': rule(EITHER, 'a structure of which the values are listed changed'),
  'constraint-loosened': rule(MORE, 'a constraint is looser than before, or gone'),
  'constraint-tightened': rule(LESS, 'a constraint is tighter than before, or new'),
  // Which of two regular expressions allows more is not looked into.
  'pattern-changed': rule(EITHER, 'the pattern is another one'),
  'format-changed': rule(EITHER, 'the format is another one'),
  'discriminator-changed': rule(EITHER, 'another property tells the variants apart'),
  'variant-added': rule(MORE, 'there is a new variant'),
  // An old reader could live with fewer variants, but grants name the fields of each, as with a property that is gone.
  'variant-removed': rule(EITHER, 'the variant is gone, or has another name'),
  'meaning-changed': rule(EITHER, 'the semantic type or the unit is another one, or gone'),
  // The values stay as they were, but what may be done to them is now decided by what they are said to mean.
  'meaning-added': rule(GRANTS, 'the semantic type or the unit is now stated', REGRANT),
  'classification-raised': rule(GRANTS, 'the classification 分类分级 is higher', REGRANT),
  'classification-lowered': rule(MORE, 'the classification 分类分级 is lower, or gone', OFFICER),
  // The floor is the most that any grant may show of the field.
  'floor-weakened': rule(MORE, 'the floor shows more than before, or is gone', OFFICER),
  // A grant that shows more than the floor now allows does not load.
  'floor-tightened': rule(GRANTS, 'the floor is new, or shows less than before', REGRANT),
  'disclosure-changed': rule(
    GRANTS,
    'whose the field is, or what it reveals together with others, is stated otherwise',
    REGRANT,
  ),
  'parameter-use-changed': rule(EITHER, 'the parameter is about another field, or used in another way'),
  'text-changed': rule(NEITHER, 'a title, description, comment or example is another one', NOTHING_TO_DO),
  // Fail closed: what a keyword does that is not in this table is not known to be safe.
  'unknown-changed': rule(EITHER, 'a keyword changed that is not understood'),
} as const satisfies Readonly<Record<string, ChangeRule>>;
export type ChangeId = keyof typeof CHANGES;

/** Changes that touch no exchange and no grant: a patch version may carry them. */
export const TEXT_ONLY: ReadonlySet<string> = new Set<ChangeId | ContractRuleId>([
  'text-changed',
  'contract-note-changed',
]);

interface ContractRule {
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
}

/** What is found about the contract as a whole, beside its schemas. */
export const CONTRACT_RULES = {
  'version-not-raised': {
    severity: 'error',
    message: 'the content changed, but the version is not higher',
    remedy: 'Raise the version; what is published under a version stays as it is.',
  },
  'version-needs-minor': {
    severity: 'error',
    message: 'more than texts changed, but only the last number of the version is higher',
    remedy: 'Raise the minor number.',
  },
  'contract-note-changed': {
    severity: 'info',
    message: 'the title or the estimated population is another one',
    remedy: NOTHING_TO_DO,
  },
  'source-changed': {
    severity: 'info',
    message: 'another source, or another path of it, answers',
    remedy: NOTHING_TO_DO,
  },
  'contract-changed': {
    severity: 'warning',
    message: 'something about the contract changed that has no rule of its own',
    remedy: 'Have somebody judge what it means for those who call it.',
  },
} as const satisfies Readonly<Record<string, ContractRule>>;
export type ContractRuleId = keyof typeof CONTRACT_RULES;
