import { resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const FILE = resolve('test/types/must-not-compile.ts');
const DIRECTIVE = /^\s*\/\/ @ts-expect-error .+$/;
const source = ts.sys.readFile(FILE) ?? '';
const mistakes = source.split('\n').flatMap((line, index) => (DIRECTIVE.test(line) ? [index] : []));

/** What the compiler says to this text in place of the file, under the project's own options. */
function compile(text: string): readonly ts.Diagnostic[] {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile) as { readonly config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, resolve('.'));
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (name) => (resolve(name) === FILE ? text : readFile(name));
  return ts.getPreEmitDiagnostics(ts.createProgram([FILE], options, host));
}

describe('the types', () => {
  it('refuse every mistake in test/types/must-not-compile.ts', () => {
    expect(mistakes.length).toBeGreaterThan(25);
    expect(compile(source).map(({ messageText }) => messageText)).toEqual([]);
  });

  it('refuse them one by one: without the comments there is an error for each, where the mistake is', () => {
    const bare = source.split('\n').map((line) => (DIRECTIVE.test(line) ? '//' : line));
    const errors = compile(bare.join('\n'));
    const lines = errors.map(({ file, start = 0 }) => file?.getLineAndCharacterOfPosition(start).line);
    expect(lines).toEqual(mistakes.map((line) => line + 1));
    expect(errors.every(({ file }) => file !== undefined && resolve(file.fileName) === FILE)).toBe(true);
  });

  it('accept the same code without the mistakes', () => {
    const correct = source
      .replace(
        "await journey.through('seal', validated, stages.seal)",
        "await journey.through('seal', projected, stages.seal)",
      )
      .replace(/\/\/ @ts-expect-error sealing what is not projected/, '//');
    expect(compile(correct).map(({ messageText }) => messageText)).toEqual([]);
  });
});
