/** One member of a Dictionary that is an Inner List of Strings: what `Signature-Input` is for one signature. */
export interface SignatureInput {
  readonly label: string;
  /** All after the label, to the letter: the last line of the base repeats it. */
  readonly text: string;
  readonly covered: readonly string[];
  readonly parameters: ReadonlyMap<string, string | number>;
}

const KEY = '[a-z*][a-z0-9_.*-]*';
const STRING = String.raw`"(?:[ !#-\[\]-~]|\\["\\])*"`;
const INTEGER = '(?:0|-?[1-9][0-9]{0,14})';
const PARAMETER = `;(${KEY})=(${STRING}|${INTEGER})`;
const INPUT = new RegExp(
  String.raw`^(${KEY})=(\(((?:${STRING}(?: ${STRING})*)?)\)((?:;${KEY}=(?:${STRING}|${INTEGER}))*))$`,
);
const SIGNATURE = new RegExp(`^(${KEY})=:([A-Za-z0-9+/]+={0,2}):$`);

// Some four times what a signature by the profile takes; whatever is longer is not looked at.
const MAX_INPUT = 2048;
const MAX_SIGNATURE = 256;

/**
 * `Signature-Input` with exactly one signature, as RFC 9651 §4.1 serializes it. What it would parse besides (other
 * spaces, a parameter twice, parameters of components, other types) no serializer writes, or it means something that
 * is not known here: undefined. So there is one reading, and what is read is what was signed.
 */
export function readSignatureInput(value: string): SignatureInput | undefined {
  const [whole, label = '', text = '', list = '', tail = ''] =
    value.length > MAX_INPUT ? [] : (INPUT.exec(value) ?? []);
  if (whole === undefined) return undefined;
  const written = [...tail.matchAll(new RegExp(PARAMETER, 'g'))];
  const parameters = new Map(written.map(([, name = '', item = '']) => [name, valueOf(item)]));
  const covered = [...list.matchAll(new RegExp(STRING, 'g'))].map(([item]) => textOf(item));
  if (parameters.size !== written.length || new Set(covered).size !== covered.length) return undefined;
  return { label, text, covered, parameters };
}

/** `Signature` with exactly one signature, in the one spelling of its bytes. */
export function readSignature(value: string): { readonly label: string; readonly bytes: Uint8Array } | undefined {
  const [whole, label = '', base64 = ''] = value.length > MAX_SIGNATURE ? [] : (SIGNATURE.exec(value) ?? []);
  const bytes = Buffer.from(base64, 'base64');
  return whole === undefined || bytes.toString('base64') !== base64 ? undefined : { label, bytes };
}

function valueOf(item: string): string | number {
  return item.startsWith('"') ? textOf(item) : Number(item);
}

function textOf(item: string): string {
  return item.slice(1, -1).replace(/\\(.)/g, '$1');
}
