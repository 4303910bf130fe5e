import { canonicalJson } from '../domain/canonical-json.ts';
import type { JsonSchema } from '../domain/json.ts';
import { EVERY, type Form, formOf, KEY } from '../schema/form.ts';
import { withoutAnnotations } from '../schema/profile.ts';
import { annotationDifferences } from './annotations.ts';
import type { Change, Difference, Versions } from './difference.ts';
import { limitDifferences } from './limits.ts';
import { haveTypeInCommon, typeDifferences } from './types.ts';
import { nullDifferences, valueDifferences } from './values.ts';

/**
 * Everything that changed between two schemas, as `resolveProfile` gives them. It may name a change that no value can
 * show (a pattern written in another way), but never leaves out one that a value can show.
 */
export function compareSchemas(versions: Versions, path = ''): readonly Change[] {
  const here = (differences: readonly Difference[]): readonly Change[] =>
    differences.map((difference) => ({ ...difference, path }));
  const always = here([...annotationDifferences(versions), ...typeDifferences(versions), ...nullDifferences(versions)]);
  if (!haveTypeInCommon(versions)) return always;
  const forms = { before: formOf(versions.old), after: formOf(versions.now) };
  if (forms.before.kind === 'leaf') return [...always, ...here(valueDifferences(versions))];
  // Compared as a whole: an old reader leaves new properties out, and what is left is not in the list.
  if ([versions.old, versions.now].some((schema) => 'enum' in schema || 'const' in schema))
    return [...always, ...here(listDifferences(versions))];
  return [...always, ...here(limitDifferences(versions)), ...changesBelow(forms, path)];
}

/** Of structures whose values are listed. */
function listDifferences({ old, now }: Versions): readonly Difference[] {
  const same = canonicalJson(withoutAnnotations(old)) === canonicalJson(withoutAnnotations(now));
  return same ? [] : [{ rule: 'enum-of-structures-changed' }];
}

interface Forms<F extends Form = Form> {
  readonly before: F;
  readonly after: F;
}
type FormOf<Kind extends Form['kind']> = Extract<Form, { kind: Kind }>;

function changesBelow({ before, after }: Forms, path: string): readonly Change[] {
  if (before.kind === 'object' && after.kind === 'object') return propertyChanges({ before, after }, path);
  if (before.kind === 'choice' && after.kind === 'choice') return variantChanges({ before, after }, path);
  if (before.kind === 'array' && after.kind === 'array')
    return compareSchemas({ old: before.items, now: after.items }, `${path}/${EVERY}`);
  if (before.kind === 'map' && after.kind === 'map') {
    return [
      ...compareSchemas({ old: asText(before.keys), now: asText(after.keys) }, `${path}/${KEY}`),
      ...compareSchemas({ old: before.values, now: after.values }, `${path}/${EVERY}`),
    ];
  }
  return [{ rule: 'shape-changed', path }];
}

/** A key is a text, whether its schema says so or not. */
function asText(keys: JsonSchema): JsonSchema {
  return { ...keys, type: 'string' };
}

function propertyChanges({ before, after }: Forms<FormOf<'object'>>, path: string): readonly Change[] {
  const old = new Map(before.properties);
  const now = new Map(after.properties);
  // What is required and not declared too: an object that requires it and is closed has no value left.
  const names = [...old.keys(), ...now.keys(), ...before.required, ...after.required].map(String);
  return [...new Set(names)].flatMap((name): readonly Change[] => {
    const at = `${path}/${name}`;
    const [was, is] = [old.get(name), now.get(name)];
    const isRequired = after.required.has(name);
    if (was !== undefined && is === undefined) return [{ rule: 'property-removed', path: at }];
    if (was === undefined && is !== undefined)
      return [{ rule: isRequired ? 'property-added-required' : 'property-added-optional', path: at }];
    const requirement: readonly Change[] =
      before.required.has(name) === isRequired
        ? []
        : [{ rule: isRequired ? 'required-added' : 'required-dropped', path: at }];
    return [...requirement, ...compareSchemas({ old: was ?? {}, now: is ?? {} }, at)];
  });
}

/** Variants are the same one if their discriminator has the same value, wherever they stand in the list. */
function variantChanges({ before, after }: Forms<FormOf<'choice'>>, path: string): readonly Change[] {
  if (before.discriminator !== after.discriminator) return [{ rule: 'discriminator-changed', path }];
  const old = new Map(before.variants.map(({ value, schema }) => [value, schema]));
  const now = new Map(after.variants.map(({ value, schema }) => [value, schema]));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((value): readonly Change[] => {
    const at = `${path}/=${value}`;
    const [was, is] = [old.get(value), now.get(value)];
    if (was === undefined) return [{ rule: 'variant-added', path: at }];
    if (is === undefined) return [{ rule: 'variant-removed', path: at }];
    return compareSchemas({ old: was, now: is }, at);
  });
}
