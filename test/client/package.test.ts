import { readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { run } from '../support/process.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

const PROGRAM = `
import { ShuqiaoClient, ShuqiaoProblem, type Answer } from 'shuqiao/client';

export async function standing(client: ShuqiaoClient): Promise<string> {
  try {
    const answer: Answer = await client.exchange({ contract: 'a.b.v1', purpose: 'p', query: {} });
    return answer.receipt.leaf;
  } catch (error) {
    return error instanceof ShuqiaoProblem && error.is('grant.missing') ? error.code : '';
  }
}
`;

/** A folder of a consumer, in which the package is installed. */
function consumer(files: Readonly<Record<string, string>>): string {
  const folder = scratchFolder({ 'package.json': '{"type":"module"}', 'node_modules/.keep': '', ...files });
  symlinkSync(resolve('.'), join(folder, 'node_modules/shuqiao'));
  return folder;
}

describe('the package', () => {
  it('gives its client to Node, and nothing of the server', async () => {
    const program = `
      import * as client from 'shuqiao/client';
      const inside = await import('shuqiao/dist/main.js').catch((error) => error.code);
      console.log(JSON.stringify([Object.keys(client).sort(), inside]));
    `;
    const folder = consumer({ 'program.js': program });
    const { out, err } = await run(process.execPath, ['program.js'], { cwd: folder }).ended();
    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual([
      [
        'ShuqiaoAnswerInvalid',
        'ShuqiaoClient',
        'ShuqiaoProblem',
        'ShuqiaoProofInvalid',
        'ShuqiaoTokenRefused',
        'ShuqiaoUnreachable',
        'isEntryOf',
      ],
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
    ]);
  });

  it.each(['nodenext', 'bundler'] as const)('gives it to TypeScript with its types (%s)', (resolution) => {
    const folder = consumer({ 'program.ts': PROGRAM });
    const bundler = resolution === 'bundler';
    const program = ts.createProgram([join(folder, 'program.ts')], {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2023,
      lib: ['lib.es2023.d.ts'],
      types: ['node'],
      typeRoots: [resolve('node_modules/@types')],
      module: bundler ? ts.ModuleKind.ESNext : ts.ModuleKind.NodeNext,
      moduleResolution: bundler ? ts.ModuleResolutionKind.Bundler : ts.ModuleResolutionKind.NodeNext,
    });
    const messages = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText);
    expect(messages).toEqual([]);
    // The types were there: it was not compiled as `any`.
    const read = program.getSourceFiles().map(({ fileName }) => fileName);
    expect(read.some((name) => name.endsWith('dist/client/shuqiao-client.d.ts'))).toBe(true);
    expect(
      read.filter((name) => /\/dist\/(?!client|domain|transparency)/.test(name) && name.includes('shuqiao/')),
    ).toEqual([]);
  });

  it('names the types and the code that the build makes', () => {
    const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, object> };
    for (const file of Object.values(exports['./client'] ?? {}))
      expect(readFileSync(file as string, 'utf8')).not.toBe('');
  });
});
