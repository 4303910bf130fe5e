import { parseCheckpoint } from './checkpoint.ts';
import { cosignedMessage, formatTimedSignature } from './cosigned-message.ts';
import type { NoteSigner } from './note-keys.ts';
import { formatSignature } from './signed-note.ts';

/**
 * What a witness says of the text of a checkpoint: that of all it saw of this log at this time, in seconds since 1970,
 * this is the largest tree, and goes on from the others. The line, with its newline.
 * @throws NoteError for what is no checkpoint; TypeError for a key that is no witness’s; RangeError for what is no time
 */
export function cosign(text: string, signer: NoteSigner, time: number): string {
  if (signer.kind !== 'cosignature/v1') throw new TypeError('this is not the key of a witness');
  parseCheckpoint(text);
  const signature = signer.sign(cosignedMessage(text, time));
  return formatSignature({ name: signer.name, id: signer.id, bytes: formatTimedSignature({ time, signature }) });
}
