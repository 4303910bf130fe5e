import { dirname, resolve } from 'node:path';
import { type Static, Type } from '@sinclair/typebox';
import type { Clock } from '../domain/clock.ts';
import { FaultsError } from '../domain/fault.ts';
import type { AuthenticationKind, Secret, SourceAuthentication } from '../domain/source-settings.ts';
import { openSecretFile, type SecretForm } from './secret-file.ts';

const closed = { additionalProperties: false };
const secretFile = (content: string): ReturnType<typeof Type.String> =>
  Type.String({
    description: `${content}, in a file of its own: a secret has no place in this one. Followed while the gateway runs.`,
  });
// What goes into headers: no character that could end one, none that would have to be escaped.
const name = (description: string): ReturnType<typeof Type.String> =>
  Type.String({ pattern: '^[A-Za-z0-9._@:-]{1,128}$', description });

const SCHEMAS = {
  'mutual-tls': Type.Object({ kind: Type.Literal('mutual-tls') }, closed),
  bearer: Type.Object({ kind: Type.Literal('bearer'), tokenFile: secretFile('The token (RFC 6750)') }, closed),
  gjgxjhpt: Type.Object(
    {
      kind: Type.Literal('gjgxjhpt'),
      rid: name('Requester, as the platform registered it.'),
      sid: name('Service, as the platform registered it.'),
      secretFile: secretFile('The secret in force, 16 to 256 visible ASCII characters'),
    },
    closed,
  ),
  'http-signature': Type.Object(
    {
      kind: Type.Literal('http-signature'),
      keyId: name('The `keyid` by which the source finds the key.'),
      secretFile: secretFile('The key, 32 to 64 bytes as hexadecimal digits'),
    },
    closed,
  ),
};

type Written<Kind extends AuthenticationKind = AuthenticationKind> = {
  [K in Kind]: { readonly kind: K } & Static<(typeof SCHEMAS)[K]>;
}[Kind];

/** One of the kinds, chosen by `kind`; by conditions, so that only the chosen one finds faults. */
export const AuthenticationSchema = Type.Unsafe<Written>({
  type: 'object',
  description: 'How the gateway proves itself to the source; mutual-tls if absent.',
  properties: { kind: { enum: Object.keys(SCHEMAS) } },
  required: ['kind'],
  allOf: Object.entries(SCHEMAS).map(([kind, schema]) => ({
    if: { properties: { kind: { not: { const: kind } } } },
    else: schema,
  })),
});

/** Opens the secret that a member of the entry names. */
type OpenSecret = <T>(member: string, path: string, form: SecretForm<T>) => Secret<T>;

type Kinds = {
  readonly [Kind in AuthenticationKind]: (written: Written<Kind>, open: OpenSecret) => SourceAuthentication<Kind>;
};

const KINDS: Kinds = {
  'mutual-tls': ({ kind }) => ({ kind }),
  bearer: ({ kind, tokenFile }, open) => ({ kind, token: open('tokenFile', tokenFile, tokenOf) }),
  gjgxjhpt: ({ kind, rid, sid, secretFile }, open) => ({
    kind,
    rid,
    sid,
    key: open('secretFile', secretFile, textKeyOf),
  }),
  'http-signature': ({ kind, keyId, secretFile }, open) => ({
    kind,
    keyId,
    key: open('secretFile', secretFile, hexKeyOf),
  }),
};

export interface Place {
  /** The file of sources; paths in it are relative to it. */
  readonly file: string;
  /** JSON pointer to the entry. */
  readonly pointer: string;
  readonly clock: Clock;
}

/**
 * The authentication as it is written, its secret opened.
 * @throws FaultsError, which names the member and never what it says: somebody may have put the secret itself there
 */
export function openAuthentication<Kind extends AuthenticationKind>(
  written: Written<Kind>,
  { file, pointer, clock }: Place,
): SourceAuthentication<Kind> {
  return KINDS[written.kind](written, (member, path, form) => {
    const secret = openSecretFile(resolve(dirname(file), path), form, clock);
    if (secret !== undefined) return secret;
    throw new FaultsError([
      {
        file,
        pointer: `${pointer}/${member}`,
        message: 'it names no file with a secret of this kind',
        remedy: 'Name a file that the gateway can read and that holds the secret and nothing else.',
      },
    ]);
  });
}

/** RFC 6750 §2.1, b64token. */
function tokenOf(text: string): string | undefined {
  return /^[A-Za-z0-9\-._~+/]{1,4096}=*$/.test(text) ? text : undefined;
}

function textKeyOf(text: string): Uint8Array | undefined {
  return /^[\x21-\x7e]{16,256}$/.test(text) ? Buffer.from(text) : undefined;
}

function hexKeyOf(text: string): Uint8Array | undefined {
  return /^(?:[0-9a-f]{2}){32,64}$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}
