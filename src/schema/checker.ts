import type { Static, TSchema } from '@sinclair/typebox';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats, { type FormatName } from 'ajv-formats';
import { isUuid } from '../domain/identifier.ts';
import type { JsonSchema } from '../domain/json.ts';
import type { ProblemPointer } from '../domain/problem-pointer.ts';
import { isDateTime } from './date-time.ts';
import { declaredPointer } from './declared-pointer.ts';
import { ANNOTATIONS, DISCRIMINATOR, FORMATS } from './profile.ts';

/** A check that says where a value does not fit and by which keyword, never what the value is. */
export type Check = (value: unknown) => readonly ProblemPointer[];

/** A check of a file that people write: all that is wrong at once. */
export interface FileCheck<T> {
  is(value: unknown): value is T;
  faults(value: unknown): readonly { readonly pointer: string; readonly message: string }[];
}

// `ownProperties` and no coercion, defaults or removal: what is checked is what came, and nothing is read off Object.prototype.
function createAjv(allErrors: boolean, formats: readonly FormatName[]): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors,
    ownProperties: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    messages: true,
  });
  ajv.addVocabulary([...ANNOTATIONS, DISCRIMINATOR]);
  addFormats.default(ajv, [...formats]);
  // RFC 9562's own form; ajv-formats also takes urn:uuid: in front.
  ajv.addFormat('uuid', isUuid);
  ajv.addFormat('date-time', isDateTime);
  return ajv;
}

// Not one for each schema: making one takes longer than compiling most. Nor one for ever: it keeps something of every schema it
// compiled, whatever is removed from it, as long as one of those checks is used; and contracts are compiled as long as the process lives.
const COMPILED_BY_ONE = 200;
let forValues = { ajv: createAjv(false, FORMATS), compiled: 0 };

function ajvForValues(): Ajv2020 {
  if (forValues.compiled === COMPILED_BY_ONE) forValues = { ajv: createAjv(false, FORMATS), compiled: 0 };
  forValues.compiled += 1;
  return forValues.ajv;
}

const forFiles = createAjv(true, FORMATS);
forFiles.addFormat('regex', isPattern);

// `object`, because ajv would derive its own type from the schema's, which the compiler does not finish.
function compile(ajv: Ajv2020, schema: object): ValidateFunction {
  const validate = ajv.compile(schema);
  // The check holds all it needs; what ajv remembers of a schema would stay for as long as the process.
  ajv.removeSchema(schema);
  return validate;
}

/** As `pattern` will be applied, with the `u` flag; the format of ajv-formats is more lenient and the gateway would not start. */
function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u').source !== '';
  } catch {
    return false;
  }
}

/**
 * For values from outside: stops at the first fault (of each variant, in a choice), so that a hostile value cannot make
 * the list of faults long. A pointer only ever holds declared names and indexes, never a key that somebody made up.
 */
export function compileCheck(schema: JsonSchema): Check {
  const validate = compile(ajvForValues(), schema);
  return (value) => {
    try {
      if (validate(value)) return [];
    } catch (error) {
      // A pattern that repeats something long takes memory for each time, and V8 gives it up at some megabytes of text.
      if (error instanceof RangeError) return [{ pointer: '', rule: 'too-long' }];
      throw error;
    }
    return errorsOf(validate).map(({ instancePath, keyword }) => ({
      pointer: declaredPointer(schema, instancePath),
      rule: keyword,
    }));
  };
}

/** Compiled when it is first used: a process reads few of the files that there are, and each takes longer than to start. */
export function fileCheck<Schema extends TSchema>(schema: Schema): FileCheck<Static<Schema>> {
  let compiled: ValidateFunction | undefined;
  const validate = (): ValidateFunction => {
    compiled ??= compile(forFiles, schema);
    return compiled;
  };
  return {
    is: (value): value is Static<Schema> => validate()(value),
    faults: (value) =>
      validate()(value)
        ? []
        : errorsOf(validate()).map(({ instancePath, ...error }) => ({
            pointer: instancePath,
            message: fileMessage(error),
          })),
  };
}

function errorsOf(validate: ValidateFunction): readonly ErrorObject[] {
  return validate.errors ?? [];
}

function fileMessage({ message, params }: Pick<ErrorObject, 'message' | 'params'>): string {
  const named: unknown = params['additionalProperty'] ?? params['allowedValues'] ?? params['allowedValue'];
  return named === undefined ? String(message) : `${String(message)} (${JSON.stringify(named)})`;
}
