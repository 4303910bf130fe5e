/** RFC 9421 §2.3: written in the order in which they are given. */
export interface SignatureParameters {
  /** Seconds since the Unix epoch. */
  readonly created?: number;
  readonly expires?: number;
  readonly nonce?: string;
  readonly alg?: string;
  readonly keyid?: string;
  readonly tag?: string;
}

/** Name (a field's in lower case, or one with `@`) and value, by RFC 9421 §2.1 and §2.2. */
export type Covered = readonly (readonly [name: string, value: string])[];

const NAME = /^@?[a-z][a-z0-9-]*$/;
/** What a Structured Field can say as a string (RFC 9651 §3.3.3). */
const PRINTABLE = /^[\x20-\x7e]*$/;

/**
 * What `Signature-Input` says of a signature after its label, and what the last line of the base repeats.
 * @throws RangeError for what cannot be written there, and for a component that is named twice (§2)
 */
export function signatureInput(covered: Covered, parameters: SignatureParameters): string {
  const names = covered.map(([name]) => name);
  if (new Set(names).size !== names.length || !names.every((name) => NAME.test(name)))
    throw new RangeError('components have names, each once');
  const list = names.map((name) => `"${name}"`).join(' ');
  const written = Object.entries<string | number>({ ...parameters }).map(
    ([name, value]) => `;${name}=${bareItem(value)}`,
  );
  return `(${list})${written.join('')}`;
}

/**
 * The text that is signed (RFC 9421 §2.5).
 * @param input as it stands in `Signature-Input`, to the letter: who verifies gives what came
 * @throws RangeError for a value with a line break, which would be another component
 */
export function signatureBase(covered: Covered, input: string): string {
  if (covered.some(([, value]) => /[\r\n]/.test(value))) throw new RangeError('a component has no line breaks');
  return [...covered.map(([name, value]) => `"${name}": ${value}`), `"@signature-params": ${input}`].join('\n');
}

function bareItem(value: string | number): string {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError('a parameter is an integer or a text');
    return String(value);
  }
  if (!PRINTABLE.test(value)) throw new RangeError('a parameter has printable characters only');
  return `"${value.replace(/["\\]/g, String.raw`\$&`)}"`;
}
