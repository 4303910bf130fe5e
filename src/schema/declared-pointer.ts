import { isJsonArray, isJsonObject, type JsonSchema, type JsonValue } from '../domain/json.ts';
import { EVERY } from './form.ts';

/**
 * A pointer into a value, with `*` for every key that the schema does not itself name: the keys of a map are data, and
 * may be the numbers of citizens. What is neither a declared property nor the index of an item is taken for such a key.
 */
export function declaredPointer(schema: JsonSchema, pointer: string): string {
  let shapes = shapesOf(schema);
  const declared = pointer
    .split('/')
    .slice(1)
    .map((token) => {
      const step = stepInto(shapes, token);
      shapes = step.shapes;
      return `/${step.segment}`;
    });
  return declared.join('');
}

interface Step {
  readonly segment: string;
  readonly shapes: readonly JsonSchema[];
}

function stepInto(shapes: readonly JsonSchema[], token: string): Step {
  const named = below(shapes, ({ properties }) =>
    isJsonObject(properties) && Object.hasOwn(properties, token) ? properties[token] : undefined,
  );
  if (named.length > 0) return { segment: token, shapes: named };
  const items = /^\d+$/.test(token) ? below(shapes, (shape) => shape['items']) : [];
  const values = below(shapes, (shape) => shape['additionalProperties']);
  // Digits are an index only where no variant has a map in this place: its keys may be numbers of citizens.
  return { segment: items.length > 0 && values.length === 0 ? token : EVERY, shapes: [...items, ...values] };
}

function below(
  shapes: readonly JsonSchema[],
  into: (shape: JsonSchema) => JsonValue | undefined,
): readonly JsonSchema[] {
  return shapes.flatMap((shape) => shapesOf(into(shape)));
}

/** The schema and all that it chooses from: which of them a value was meant to be, a fault does not say. */
function shapesOf(schema: JsonValue | undefined): readonly JsonSchema[] {
  if (!isJsonObject(schema)) return [];
  const { oneOf, anyOf } = schema;
  const choices = [oneOf, anyOf].flatMap((all) => (isJsonArray(all) ? all : []));
  return [schema, ...choices.flatMap(shapesOf)];
}
