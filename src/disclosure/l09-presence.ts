import { isJsonArray, type JsonSchema, type JsonValue } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { EVERY, isKeyPath } from '../schema/form.ts';
import { typesOf } from '../schema/profile.ts';
import { type Disclosure, isExact, placesOf, siteOf } from './disclosures.ts';
import type { Finding, Holdings, Rule } from './rule.ts';
import { NO_EXCHANGE, UNKEYED } from './unkeyed.ts';

type Found = Omit<Finding, 'rule'>;

export const presence: Rule = {
  id: 'L9',
  titleEn: 'What is told by how many, by how long and by there being something',
  titleZh: '有无与数量',
  explanation:
    'A list whose items say nothing still says how many there are, in the order of the source. A mask that keeps the length tells values apart by it. Fixed words that stand only where there is a value say whether there is one, and a variant that comes says of which kind the whole is.',
  find: (holdings) => [...counts(holdings), ...lengths(holdings), ...fixedWords(holdings), ...kinds(holdings)],
};

/** Lists of which nothing leaves but yes or no. */
function counts({ disclosures }: Holdings): readonly Found[] {
  const inLists = disclosures.filter(({ path }) => path.includes(`/${EVERY}`) && !isKeyPath(path));
  const listOf = ({ grant, path }: Disclosure): string => `${grant} ${path.slice(0, path.lastIndexOf(`/${EVERY}`))}`;
  return [...new Set(inLists.map(listOf))]
    .map((list) => inLists.filter((one) => listOf(one) === list))
    .filter((items) => items.every(({ known }) => [...known].every((part) => part === 'presence' || part === 'match')))
    .map((items) => ({
      severity: 'warning',
      fields: placesOf(items),
      message: 'items that say nothing of what they are say how many there are',
      example:
        '[{"hasNumber":true},{"hasNumber":true},{"hasNumber":false}] is a household of three, the last a newborn',
      remedy: 'Leave the list out, or have the source give what is needed of it in a field of its own.',
    }));
}

/** A mask that comes out differently for each of the values that the contract lists. */
function lengths({ disclosures }: Holdings): readonly Found[] {
  return disclosures.flatMap((one): readonly Found[] => {
    if (one.treatment.technique !== 'suppression' || one.treatment.keyed || isExact(one)) return [];
    const told = toldApart(one);
    if (told === undefined) return [];
    return [
      {
        severity: 'warning',
        fields: placesOf([one]),
        message: 'the mask of one of few values is the mask of no other',
        example: `${told.shown} is ${told.value}: no other value of the contract looks like that`,
        candidates: 1,
        remedy: 'Use const, which is the same for all of them, or leave the field out.',
      },
    ];
  });
}

function toldApart(one: Disclosure): { readonly value: string; readonly shown: string } | undefined {
  const values = textsOfEnum(one.schema);
  if (values.length < 2) return undefined;
  const treat = one.treatment.compile(siteOf(one), UNKEYED);
  const shown = values.map((value) => ({ value, shown: treat(value, NO_EXCHANGE) }));
  const alone = shown.find((each) => shown.filter((other) => other.shown === each.shown).length === 1);
  return alone === undefined || typeof alone.shown !== 'string'
    ? undefined
    : { value: alone.value, shown: alone.shown };
}

function textsOfEnum({ enum: values }: JsonSchema): readonly string[] {
  const listed: readonly JsonValue[] = values !== undefined && isJsonArray(values) ? values : [];
  return listed.filter((value) => typeof value === 'string');
}

/** Who wanted to tell whether there is a value would have said `exists`. */
function fixedWords({ disclosures }: Holdings): readonly Found[] {
  return disclosures
    .filter(({ treated, schema }) => {
      const { hidePresence } = treated.parameters;
      return treated.treatment === 'const' && hidePresence === false && typesOf(schema).includes('null');
    })
    .map((one) => ({
      severity: 'warning',
      fields: placesOf([one]),
      message: 'fixed words for a value and null for none tell whether there is one',
      example: 'a former name 曾用名 that comes as 已屏蔽: the person had another name',
      remedy: 'Set hidePresence, or use exists and justify it.',
    }));
}

/** Of a choice, some variants alone: whatever comes is one of them. */
function kinds({ plans }: Holdings): readonly Found[] {
  return plans.flatMap((plan) => {
    const granted = plan.treated.map(({ path }) => path).filter((path) => path.includes('/='));
    return [...new Set(granted.map(choiceOf))].flatMap((choice) =>
      kindTold(
        plan,
        choice,
        granted.filter((path) => choiceOf(path) === choice),
      ),
    );
  });
}

function choiceOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/='));
}

function kindTold({ grant, contract }: Plan, choice: string, granted: readonly string[]): readonly Found[] {
  const variantOf = (path: string): string => path.slice(choice.length + 1).split('/')[0] ?? '';
  const all = contract.fields.filter(({ path }) => path.startsWith(`${choice}/=`));
  const some = new Set(granted.map(variantOf));
  const isTold = all.some(({ path, schema }) => schema['const'] !== undefined && granted.includes(path));
  if (isTold || some.size === new Set(all.map(({ path }) => variantOf(path))).size) return [];
  return [
    {
      severity: 'warning',
      fields: granted.map((path) => ({ grant: grant.id, path })),
      message: 'only some variants are granted: that something comes tells which it is',
      example: 'of a holder only the name of a company is granted: where none comes, a person holds it',
      remedy: 'Grant what tells the variants apart, or the same of each.',
    },
  ];
}
