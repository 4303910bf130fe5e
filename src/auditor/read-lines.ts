import { UnreadableError } from './verification.ts';

/** An entry of 65,535 bytes with every one of them escaped, and room for what stands beside it. */
const MAX_LINE = 512 * 1024;

/**
 * Lines as they are, without their newline. Strictly UTF-8, and every line ends with one newline: what can be written in
 * two ways could be changed without showing.
 * @throws UnreadableError while iterating
 */
export async function* readLines(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoded(decoder, chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) throw new UnreadableError('a line is longer than any of an export');
    yield* lines;
  }
  decoded(decoder, undefined);
  if (rest !== '') throw new UnreadableError('the last line is cut off');
}

function decoded(decoder: InstanceType<typeof TextDecoder>, chunk: string | Uint8Array | undefined): string {
  if (typeof chunk === 'string') return chunk;
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    throw new UnreadableError('this is not UTF-8');
  }
}
