import { readFile } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import { type Authority, readAuthorities } from '../certificates/authority.ts';
import { type ClientTrust, departmentTrust } from '../certificates/client-trust.ts';
import { type RevocationList, readRevocationLists } from '../certificates/revocation-list.ts';
import { type Fault, FaultsError } from '../domain/fault.ts';
import type { Expiry, TlsState } from '../domain/tls-state.ts';
import type { Config } from './config.ts';
import { refuseDevelopmentCertificate } from './secrets.ts';
import type { SeenFiles } from './see-files.ts';

/** What one file gave: authorities, or revocation lists. */
interface Content {
  readonly authorities?: readonly Authority[];
  readonly lists?: readonly RevocationList[];
}

/** A file, and what it last said when it could be understood. */
export interface KeptFile {
  readonly hash: string | undefined;
  readonly content: Content | undefined;
  readonly faults: readonly Fault[];
}

export type KeptFiles = ReadonlyMap<string, KeptFile>;

export interface ClientAuthorities extends TlsState {
  readonly trust: ClientTrust;
  /** All of them as PEM, whosever they are: what the handshake is made with. */
  readonly pems: readonly string[];
}

type Where = Pick<Config, 'environment'> & { readonly clientCaDir: string };

const DEPARTMENT = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * Each file stands for itself, so that one that is broken does not keep another from being followed: what it said before
 * stays, and what a file said that is gone is gone.
 */
export async function readKeptFiles(where: Where, seen: SeenFiles, before: KeptFiles): Promise<KeptFiles> {
  const kept = new Map<string, KeptFile>();
  for (const [path, { hash }] of seen) {
    const known = before.get(path);
    const isKnown = known !== undefined && hash !== undefined && known.hash === hash;
    kept.set(path, isKnown ? known : await readKept(where, path, { hash, before: known?.content }));
  }
  return kept;
}

async function readKept(
  where: Where,
  path: string,
  { hash, before }: { readonly hash: string | undefined; readonly before: Content | undefined },
): Promise<KeptFile> {
  try {
    return { hash, content: await readContent(where, path), faults: [] };
  } catch (error) {
    // Whatever it is, it is this file's alone, and no reason for the others not to be followed.
    const { faults } =
      error instanceof FaultsError ? error : fault(path, 'the file cannot be loaded', 'Write it again.');
    return { hash, content: before, faults };
  }
}

async function readContent(where: Where, path: string): Promise<Content> {
  const [first = '', ...rest] = relative(where.clientCaDir, path).split(sep);
  const isList = path.endsWith('.crl');
  const belongs = rest.length === 0 ? !isList : rest.length === 1 && DEPARTMENT.test(first);
  if (!belongs)
    throw fault(path, 'it is no department’s', 'Put it into a folder that has the id of its department and no others.');
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) throw fault(path, 'the file cannot be read', 'Check the path and its permissions.');
  if (isList) return { lists: readRevocationLists(path, bytes) };
  const authorities = readAuthorities(path, bytes);
  for (const { certificate } of authorities) refuseDevelopmentCertificate(where, path, certificate.toString());
  return { authorities };
}

/** What the files say together. */
export function clientAuthorities({ clientCaDir }: Pick<Where, 'clientCaDir'>, kept: KeptFiles): ClientAuthorities {
  const files = [...kept].map(([path, file]) => ({ path, department: departmentOf(clientCaDir, path), ...file }));
  const ids = new Set(files.flatMap(({ department }) => (department === '' ? [] : [department])));
  const trust = new Map(
    [...ids].map((id) => {
      const own = files.filter(({ department }) => department === id);
      const lists = own.flatMap(({ content }) => content?.lists ?? []);
      // One that was never understood counts as well: whom it stops is not known, so nobody is let on for want of it.
      const keepsLists = own.some(({ path }) => path.endsWith('.crl'));
      const authorities = own.flatMap(({ content }) => content?.authorities ?? []);
      return [id, departmentTrust(authorities, keepsLists ? lists : undefined)];
    }),
  );
  const authorities = files.flatMap(({ content }) => content?.authorities ?? []);
  return {
    trust,
    pems: [...new Set(authorities.map(({ certificate }) => certificate.toString()))],
    expiries: files.flatMap(({ path, department, content }) => expiryOf(path, department, content)),
    faults: files.flatMap((file) => [...file.faults, ...unsigned(file, files)]),
  };
}

/** Empty for a file beside the folders: it completes chains (the root above several departments) and vouches for nobody. */
function departmentOf(clientCaDir: string, path: string): string {
  const [first = '', ...rest] = relative(clientCaDir, path).split(sep);
  return rest.length === 0 ? '' : first;
}

interface FileOfDepartment extends KeptFile {
  readonly path: string;
  readonly department: string;
}

function unsigned(
  { path, department, content }: FileOfDepartment,
  files: readonly FileOfDepartment[],
): readonly Fault[] {
  const authorities = files
    .filter((file) => file.department === department)
    .flatMap((file) => file.content?.authorities ?? []);
  const isSigned = (content?.lists ?? []).every((list) => authorities.some((authority) => list.isSignedBy(authority)));
  if (isSigned) return [];
  const remedy = 'Put the authority into the same folder, or take the list out.';
  return fault(path, 'no authority of the department signed it', remedy).faults;
}

function expiryOf(path: string, department: string, content: Content | undefined): readonly Expiry[] {
  if (content === undefined) return [];
  const { authorities = [], lists } = content;
  const ends = lists?.map(({ nextUpdate }) => nextUpdate) ?? authorities.map(({ notAfter }) => notAfter);
  const kind = lists === undefined ? 'authority' : 'revocation-list';
  return [{ kind, department, file: basename(path), at: Math.min(...ends) }];
}

function fault(file: string, message: string, remedy: string): FaultsError {
  return new FaultsError([{ file, pointer: '', message, remedy }]);
}
