import { isClassification, SECRETS } from '../domain/classification.ts';
import type { Field } from '../domain/contract.ts';
import type { Fault } from '../domain/fault.ts';
import { isJsonObject, type JsonSchema } from '../domain/json.ts';
import { formOf, schemaPointer } from '../schema/form.ts';
import { typesOf } from '../schema/profile.ts';
import { namedPrecision, precisionNames } from '../semantic/precisions.ts';
import { semanticTypeOf } from '../semantic/semantic-types.ts';
import { textsOf } from './texts-of.ts';

type Finding = Omit<Fault, 'file' | 'pointer'>;

/** What the annotations of the fields say that cannot be, or leave out that must be said. */
export function fieldFaults(file: string, schema: JsonSchema, fields: readonly Field[]): readonly Fault[] {
  if (formOf(schema).kind !== 'object') {
    return [
      {
        file,
        pointer: '',
        message: 'a record must be an object with properties of its own',
        remedy: 'Describe one record as a closed object; a source says with 204 that it has none.',
      },
    ];
  }
  const paths = new Set(fields.map(({ path }) => path));
  return fields.flatMap(({ path, schema: field }) =>
    [
      ...classificationFindings(field),
      ...semanticFindings(field),
      ...precisionFindings(field),
      ...derivationFindings(field, paths),
    ].map((finding) => ({ file, pointer: schemaPointer(schema, path), ...finding })),
  );
}

function classificationFindings({ 'x-classification': classification }: JsonSchema): readonly Finding[] {
  if (SECRETS.some((secret) => secret === classification)) {
    return [
      {
        message: 'state secrets 国家秘密 and work secrets 工作秘密 are not shared through this gateway',
        remedy: 'Take the field out: the regulation on sharing (政务数据共享条例, art. 2–3) does not reach it.',
      },
    ];
  }
  if (!isClassification(classification)) {
    return [
      {
        message: 'the field has no x-classification',
        remedy: 'Grade the field by GB/T 43697: important, or general-1 to general-4.',
      },
    ];
  }
  if (classification !== 'core') return [];
  return [
    {
      message: 'core data 核心数据 is not shared through this gateway',
      remedy: 'Take the field out of the contract.',
    },
  ];
}

function semanticFindings(field: JsonSchema): readonly Finding[] {
  const semantic = semanticTypeOf(field);
  if (semantic === undefined) {
    if (field['x-semantic'] === undefined) return [];
    return [{ message: 'the semantic type is unknown', remedy: 'Use one that docs/contracts.md lists, or none.' }];
  }
  const fits = semantic.json === 'number' ? ['integer', 'number'] : [semantic.json];
  if (typesOf(field).every((type) => type === 'null' || fits.includes(type))) return [];
  return [
    {
      message: `a field of this semantic type must be ${fits.join(' or ')}`,
      remedy: 'Correct the type or x-semantic.',
    },
  ];
}

function precisionFindings(field: JsonSchema): readonly Finding[] {
  const { 'x-floor': floor, 'x-quasi-identifier': quasi } = field;
  const names = [...textsOf(floor), ...(isJsonObject(quasi) ? Object.keys(quasi) : [])];
  return names
    .filter((name) => namedPrecision(field, name) === undefined)
    .map((name) => ({
      message: `the field has no precision ${name}`,
      remedy: `It has ${precisionNames(field).join(', ')}.`,
    }));
}

function derivationFindings({ 'x-derived-from': from }: JsonSchema, paths: ReadonlySet<string>): readonly Finding[] {
  return textsOf(from)
    .filter((path) => !paths.has(path))
    .map((path) => ({
      message: `there is no field ${path} that it could be derived from`,
      remedy: 'Name a leaf of the record by its path.',
    }));
}
