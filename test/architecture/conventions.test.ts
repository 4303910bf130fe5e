import { describe, expect, it } from 'vitest';
import { DRAFT_HEADERS, HEADERS } from '../../src/http/headers.ts';
import { filesIn, found, type ProjectFile } from '../support/project-files.ts';

const src = filesIn('src');
const test = filesIn('test');
const written: readonly ProjectFile[] = [
  ...src,
  ...test,
  ...['contracts', 'policies', 'docs'].flatMap((folder) => [...filesIn(folder, '.json'), ...filesIn(folder, '.md')]),
];

describe('the sources', () => {
  it('are found by these tests', () => {
    expect(src.length).toBeGreaterThan(100);
    expect(test.length).toBeGreaterThan(20);
    expect(written.length).toBeGreaterThan(src.length + test.length + 10);
  });

  it('read the environment in src/config/env.ts and nowhere else', () => {
    const readers = found(
      src,
      /\bprocess\s*\.\s*env\b|\bprocess\s*\[\s*['"`]env|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/,
    );
    expect(readers.map((place) => place.split(':')[0])).toEqual(['src/config/env.ts']);
    expect(found(src, /import\s.*\bfrom '(?:node:)?process'/)).toEqual([]);
  });

  it('name no folder of the machine they were written on', () => {
    // With something below a person's folder: /home/a alone is as likely a JSON pointer.
    expect(found(written, /(?<![\w.~-])\/(?:(?:work|root)|(?:home|Users)\/[\w.-]+)\//)).toEqual([]);
  });

  it('leave nothing for later in a comment', () => {
    // In brackets, so that this line is not what it looks for.
    expect(found(written, /\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)\b/)).toEqual([]);
  });

  it('silence no compiler error but where a test expects one', () => {
    const silenced = found([...src, ...test], /^\s*(?:\/\/|\/\*) ?@ts-(?:ignore|nocheck|expect-error)/);
    expect(new Set(silenced.map((place) => place.split(':')[0]))).toEqual(new Set(['test/types/must-not-compile.ts']));
  });

  it('do not ask whether they are being tested', () => {
    expect(found(src, /\bVITEST\b|NODE_ENV|import\.meta\.vitest/)).toEqual([]);
  });
});

describe('the tests', () => {
  const LEFT_OUT = /\b(?:describe|it|test|suite|bench)(?:\.\w+(?:\([^)]*\))?)*\.(?:only|skip|todo)\b/;

  it('run all of them: none is left out, kept for later or run alone', () => {
    expect(found(test, LEFT_OUT)).toEqual([]);
    expect(found(test, /\b(?:xit|xdescribe|fit|fdescribe)\(/)).toEqual([]);
  });

  it('put no double in the place of a module', () => {
    expect(found(test, /\bvi\s*\.\s*(?:mock|doMock|hoisted|stubGlobal|spyOn)\b/)).toEqual([]);
  });

  it.each(['only', 'skip', 'todo'])('would be noticed with .%s', (word) => {
    const lines = [`it.${word}(`, `describe.${word}(`, `it.each([1]).${word}(`, `test.concurrent.${word}(`];
    expect(found([{ path: 'a', text: lines.join('\n') }], LEFT_OUT)).toEqual(['a:1', 'a:2', 'a:3', 'a:4']);
    expect(found([{ path: 'a', text: `it.${word}If(slow)(` }], LEFT_OUT)).toEqual([]);
  });
});

describe('headers', () => {
  const standard = new Set(
    [
      'Accept',
      'Accept-Encoding',
      'Allow',
      'Authorization',
      'Cache-Control',
      'Connection',
      'Content-Digest',
      'Content-Encoding',
      'Content-Length',
      'Content-Type',
      'ETag',
      'Retry-After',
      'Signature',
      'Signature-Input',
      'Transfer-Encoding',
      'WWW-Authenticate',
    ].map((name) => name.toLowerCase()),
  );
  const own = new Set(Object.values({ ...HEADERS, ...DRAFT_HEADERS }).map(({ name }) => name.toLowerCase()));
  // A quoted key with a hyphen is a header in these folders, but for these: a content coding, and
  // kinds of authentication.
  const NO_HEADERS = ['x-gzip', 'mutual-tls', 'http-signature'];
  const literals = filesIn('src')
    .filter(
      ({ path }) => /^src\/(?:http|data-plane|control-plane|telemetry)\//.test(path) && !path.endsWith('/headers.ts'),
    )
    .flatMap(({ path, text }) =>
      [
        ...text.matchAll(
          /\.(?:set|get|setHeader|append)\('([A-Za-z-]+)'|headers\['([a-z-]+)'\]|'([A-Za-z]+(?:-[A-Za-z]+)+)':/g,
        ),
      ].map(([, setter, index, key]) => ({ path, name: (setter ?? index ?? key ?? '').toLowerCase() })),
    )
    .filter(({ name }) => !NO_HEADERS.includes(name));

  it('are standard ones or stand in src/http/headers.ts', () => {
    expect(literals.length).toBeGreaterThan(10);
    expect(literals.filter(({ name }) => !standard.has(name) && !own.has(name))).toEqual([]);
  });

  it('of our own carry no X- and are written one way', () => {
    const names = Object.values(HEADERS).map(({ name }) => name);
    expect(names.filter((name) => !/^(?!X-)[A-Z][a-z]+(?:-[A-Z][a-z]+)*$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => standard.has(name.toLowerCase()))).toEqual([]);
  });
});
