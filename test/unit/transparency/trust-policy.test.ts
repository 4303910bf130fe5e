import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formatCheckpoint } from '../../../src/transparency/checkpoint.ts';
import { cosign } from '../../../src/transparency/cosignature.ts';
import { leafHash } from '../../../src/transparency/hashes.ts';
import { NoteError } from '../../../src/transparency/note-error.ts';
import { generateSignerKey, parseSignerKey } from '../../../src/transparency/note-keys.ts';
import { parseTrustPolicy, TrustPolicyError } from '../../../src/transparency/parse-trust-policy.ts';
import { formatNote, parseSignatures, signNote } from '../../../src/transparency/signed-note.ts';
import { checkAgainst } from '../../../src/transparency/trust-policy.ts';

const ORIGIN = 'ledger.example/1';
const log = generateSignerKey(ORIGIN, 'ed25519');
const elsewhere = generateSignerKey('elsewhere.example', 'ed25519');
const NAMES = ['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'] as const;
const keys = new Map(NAMES.map((name) => [name, generateSignerKey(`${name}.example`, 'cosignature/v1')]));
const vkeyOf = (name: (typeof NAMES)[number]): string => keys.get(name)?.vkey ?? '';

// As the example of C2SP tlog-policy.
const POLICY = `log ${log.vkey}

witness X1 ${vkeyOf('X1')}
witness X2 ${vkeyOf('X2')} https://x2.example/
witness X3 ${vkeyOf('X3')}
group X-witnesses 2 X1 X2 X3

witness Y1 ${vkeyOf('Y1')}
witness Y2 ${vkeyOf('Y2')}
witness Y3 ${vkeyOf('Y3')}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;
const TEXT = formatCheckpoint({ origin: ORIGIN, size: 7, root: leafHash(Buffer.of(1)), extensions: [] });
const TIME = 1_790_000_000;

function noteBy(skey: string, names: readonly (typeof NAMES)[number][], text = TEXT): string {
  const cosigned = names.flatMap((name) =>
    parseSignatures(cosign(text, parseSignerKey(keys.get(name)?.skey ?? ''), TIME)),
  );
  return formatNote({ text, signatures: [signNote(text, parseSignerKey(skey)), ...cosigned] });
}

const isSatisfied = (policy: string, ...names: readonly (typeof NAMES)[number][]): boolean =>
  checkAgainst(parseTrustPolicy(policy), noteBy(log.skey, names)).satisfied;

describe('a trust policy', () => {
  it('is reached by two of one group and any of the other, as its example says', () => {
    expect(isSatisfied(POLICY, 'X1', 'X3', 'Y2')).toBe(true);
    expect(isSatisfied(POLICY, ...NAMES)).toBe(true);
    for (const names of [[], ['X1', 'Y1'], ['X1', 'X2', 'X3'], ['Y1', 'Y2', 'Y3', 'X2']] as const)
      expect(isSatisfied(POLICY, ...names)).toBe(false);
  });

  it('tells the checkpoint, the log, and which witnesses saw it when', () => {
    const trusted = checkAgainst(parseTrustPolicy(POLICY), noteBy(log.skey, ['X2', 'Y1']));
    expect(trusted.checkpoint).toMatchObject({ origin: ORIGIN, size: 7 });
    expect(trusted.log.verifier.vkey).toBe(log.vkey);
    expect(trusted.cosignedBy).toEqual([
      { name: 'X2', time: TIME },
      { name: 'Y1', time: TIME },
    ]);
    expect(
      parseTrustPolicy(POLICY)
        .witnesses.map(({ url }) => url)
        .slice(0, 2),
    ).toEqual([undefined, 'https://x2.example/']);
  });

  it('asks for one witness, or for none where it says so', () => {
    const one = `log ${log.vkey}\nwitness W ${vkeyOf('X1')}\nquorum W\n`;
    expect(isSatisfied(one, 'X1')).toBe(true);
    expect(isSatisfied(one, 'X2')).toBe(false);
    expect(isSatisfied(one)).toBe(false);
    expect(isSatisfied(`quorum none\nlog ${log.vkey}\n`)).toBe(true);
  });

  it('believes no other log, no log under the name of another, and no witness alone', () => {
    const both = parseTrustPolicy(`${POLICY}log ${elsewhere.vkey}\n`);
    const faultOf = (note: string): string => {
      try {
        return String(checkAgainst(both, note).satisfied);
      } catch (error) {
        return error instanceof NoteError ? error.fault : 'another error';
      }
    };
    const stranger = generateSignerKey(ORIGIN, 'ed25519');
    expect(faultOf(noteBy(stranger.skey, ['X1', 'X2', 'Y1']))).toBe('unknown-signers');
    // A log that is trusted for itself, and signs what has the origin of another.
    expect(faultOf(noteBy(elsewhere.skey, ['X1', 'X2', 'Y1']))).toBe('unknown-signers');
    expect(faultOf(noteBy(log.skey, ['X1', 'X2', 'Y1']))).toBe('true');
    expect(faultOf(noteBy(log.skey, ['X1']).replace(/^7$/m, '8'))).toBe('bad-signature');
    const text = 'no checkpoint\n';
    expect(faultOf(formatNote({ text, signatures: [signNote(text, parseSignerKey(log.skey))] }))).toBe('malformed');
  });

  it('has comments, tabs, empty lines and names in any script', () => {
    const policy = `# 注释\n\t log\t${log.vkey}  \n \t\n  # more\nwitness 审计署 ${vkeyOf('X1')}\ngroup all 1 审计署\nquorum all\n`;
    expect(isSatisfied(policy, 'X1')).toBe(true);
  });

  const witness = `witness W ${vkeyOf('X1')}`;
  it.each([
    ['nothing', ''],
    ['no quorum', `log ${log.vkey}\n`],
    ['two quorums', 'quorum none\nquorum none\n'],
    ['a last line that is cut off', `log ${log.vkey}\nquorum none`],
    ['a line that is not known', 'quorum none\ncosigner W\n'],
    ['a word in capitals', 'QUORUM none\n'],
    ['CRLF', 'quorum none\r\n'],
    ['another control character', 'quorum none\n# \u007f\n'],
    ['bytes that are no UTF-8', `quorum none\n# ${Buffer.of(0xff).toString()}\n`],
    ['a space of another kind', 'quorum\u00a0none\n'],
    ['a quorum of what is not there', 'quorum W\n'],
    ['a quorum before its witness', `quorum W\n${witness}\n`],
    ['a word after the quorum', `quorum none W\n`],
    ['a witness that is called none', `witness none ${vkeyOf('X1')}\nquorum none\n`],
    ['a group that is called none', `${witness}\ngroup none any W\nquorum W\n`],
    ['two witnesses of one name', `${witness}\nwitness W ${vkeyOf('X2')}\nquorum W\n`],
    ['a group with the name of a witness', `${witness}\ngroup W any W\nquorum W\n`],
    ['one public key twice', `${witness}\nwitness V ${vkeyOf('X1')}\nquorum W\n`],
    ['one log twice', `log ${log.vkey}\nlog ${log.vkey} https://ledger.example/\nquorum none\n`],
    ['a log with the key of a witness', `log ${vkeyOf('X1')}\nquorum none\n`],
    ['a witness with the key of a log', `witness W ${log.vkey}\nquorum W\n`],
    ['a key that is none', 'log ledger.example/1\nquorum none\n'],
    ['a log with two URLs', `log ${log.vkey} a b\nquorum none\n`],
    ['a witness with two URLs', `${witness} a b\nquorum W\n`],
    ['a witness without a key', 'witness W\nquorum none\n'],
    ['a group of nobody', 'group G any\nquorum G\n'],
    ['a group of none', 'group G any none\nquorum G\n'],
    ['a group of itself', 'group G any G\nquorum G\n'],
    ['a threshold of nobody', `${witness}\ngroup G 0 W\nquorum G\n`],
    ['a threshold above its members', `${witness}\ngroup G 2 W\nquorum G\n`],
    ['a threshold with a leading zero', `${witness}\ngroup G 01 W\nquorum G\n`],
    ['a threshold that is no number', `${witness}\ngroup G most W\nquorum G\n`],
    ['a member twice', `${witness}\ngroup G 2 W W\nquorum G\n`],
    ['a member of two groups', `${witness}\ngroup G any W\ngroup H any W\nquorum G\n`],
  ])('is none with %s', (_, text) => {
    expect(() => parseTrustPolicy(text)).toThrow(TrustPolicyError);
  });

  it('says at which line it is none, for the same public key under another name too', () => {
    const data = log.vkey.slice(ORIGIN.length + 10);
    const id = createHash('sha256')
      .update('other.example\n')
      .update(Buffer.from(data, 'base64'))
      .digest('hex')
      .slice(0, 8);
    const renamed = `other.example+${id}+${data}`;
    expect(parseTrustPolicy(`log ${renamed}\nquorum none\n`).logs).toHaveLength(1);
    expect(() => parseTrustPolicy(`log ${log.vkey}\n\nlog ${renamed}\nquorum none\n`)).toThrow(
      /^line 3: the public key/,
    );
  });
});
