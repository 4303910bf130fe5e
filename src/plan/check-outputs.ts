import type { Contract } from '../domain/contract.ts';
import type { Fault } from '../domain/fault.ts';
import type { Grant, TreatedField } from '../domain/grant.ts';
import type { JsonSchema } from '../domain/json.ts';
import { EVERY, isInMapOf, isKeyPath, valuesPath } from '../schema/form.ts';
import { typesOf } from '../schema/profile.ts';
import { renamed } from './plan-fields.ts';

type Finding = Omit<Fault, 'file'>;

/** Two fields that would leave in one place, and maps of which keys or values would leave alone. */
export function outputFindings({ fields }: Grant, contract: Contract): readonly Finding[] {
  const outputs = fields.map(({ path, as }) => renamed(path, as));
  return outputs.flatMap((output, index) => [
    ...clashFindings(outputs, output, index),
    ...mapFindings(fields[index]?.path ?? '', fields, contract).map((finding) => ({
      ...finding,
      pointer: `/fields/${index}/path`,
    })),
  ]);
}

function clashFindings(outputs: readonly string[], output: string, index: number): readonly Finding[] {
  const clash = outputs.some((other, at) => at !== index && (other === output || other.startsWith(`${output}/`)));
  if (!clash) return [];
  return [
    {
      pointer: `/fields/${index}`,
      message: `two fields leave as ${output}`,
      remedy: 'Give one of them another "as".',
    },
  ];
}

/** The keys of a map are data of their own: they are granted by name, and never leave because a value does. */
function mapFindings(
  path: string,
  granted: Grant['fields'],
  { fields }: Contract,
): readonly Omit<Finding, 'pointer'>[] {
  if (isKeyPath(path)) {
    if (granted.some((other) => isInMapOf(path, other.path))) return [];
    return [
      {
        message: 'the keys of a map do not leave without its values',
        remedy: `Grant a field below ${valuesPath(path)} too, or take this one out.`,
      },
    ];
  }
  return fields
    .filter((field) => isInMapOf(field.path, path))
    .filter((field) => !granted.some((other) => other.path === field.path))
    .map((field) => ({
      message: 'the keys of the map that it stands in are not granted',
      remedy: `Grant ${field.path} too, with a treatment that gives a text.`,
    }));
}

/** What can be said of a field by where it stands: a treatment is known to fit it. */
export function placeFindings({ path, as }: TreatedField, emitted: JsonSchema): readonly Finding[] {
  const isKey = isKeyPath(path);
  const findings: Finding[] = [];
  if (as !== undefined && (isKey || path.endsWith(`/${EVERY}`))) {
    findings.push({
      pointer: '/as',
      message: 'an item of an array, a value or a key of a map has no key to rename',
      remedy: 'Leave "as" out.',
    });
  }
  if (isKey && !isText(emitted)) {
    findings.push({
      pointer: '/treatment',
      message: 'a key of a map leaves as a text or not at all',
      remedy: 'Use a treatment that gives a text.',
    });
  }
  return findings;
}

function isText(emitted: JsonSchema): boolean {
  return typesOf(emitted).join() === 'string';
}
