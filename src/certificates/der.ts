/** One element of DER (X.690 §10), whose content lies in the bytes that it was read from. */
export interface Der {
  readonly tag: number;
  readonly content: Uint8Array;
  /** With its tag and length: what a signature is made over. */
  readonly whole: Uint8Array;
}

export const TAGS = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;

/** What is no DER, or other DER than was expected. It quotes nothing. */
export class DerError extends Error {}

/** @throws DerError unless the bytes are one element and no more */
export function readDer(bytes: Uint8Array): Der {
  const [first, ...rest] = elementsOf(bytes);
  if (first === undefined || rest.length > 0) throw new DerError('not one element');
  return first;
}

/** @throws DerError unless it is such an element, there, whose content is elements */
export function childrenOf(element: Der | undefined, tag: number = TAGS.sequence): readonly Der[] {
  return elementsOf(contentOf(element, tag));
}

/** @throws DerError unless it is such an element and there */
export function contentOf(element: Der | undefined, tag: number): Uint8Array {
  if (element?.tag !== tag) throw new DerError('another element');
  return element.content;
}

/** Digits in hexadecimal of an INTEGER, without the zeros before it. */
export function integerOf(element: Der | undefined): string {
  return hexOf(contentOf(element, TAGS.integer)).replace(/^0+(?=.)/, '');
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Milliseconds since the epoch. Only the forms that RFC 5280 §4.1.2.5 allows: to the second, in UTC. */
export function timeOf({ tag, content }: Der): number {
  const [, first = '', month, day, hour, minute, second] =
    /^(\d\d|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(Buffer.from(content).toString('latin1')) ?? [];
  if (tag !== (first.length === 4 ? TAGS.generalizedTime : TAGS.utcTime)) throw new DerError('no time');
  const century = Number(first) < 50 ? '20' : '19';
  const year = first.length === 4 ? first : `${century}${first}`;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time)) throw new DerError('no time');
  return time;
}

function elementsOf(bytes: Uint8Array): readonly Der[] {
  const elements: Der[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes, at);
    elements.push(element);
    at += element.whole.length;
  }
  return elements;
}

function elementAt(bytes: Uint8Array, at: number): Der {
  const tag = bytes[at];
  const short = bytes[at + 1];
  // Tags of several bytes and lengths that are not given do not occur in certificates and lists.
  if (tag === undefined || (tag & 0x1f) === 0x1f || short === undefined || short === 0x80 || short > 0x84)
    throw new DerError('no element');
  const from = at + 2 + (short > 0x80 ? short & 0x7f : 0);
  const length = short > 0x80 ? longLength(bytes.subarray(at + 2, from)) : short;
  const whole = bytes.subarray(at, from + length);
  if (whole.length !== from + length - at) throw new DerError('cut off');
  return { tag, content: bytes.subarray(from, from + length), whole };
}

/** In as few bytes as it takes: everything has one way to be written. */
function longLength(bytes: Uint8Array): number {
  const length = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  if (length < 0x80 || bytes[0] === 0) throw new DerError('a long length');
  return length;
}
