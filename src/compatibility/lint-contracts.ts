import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadContracts } from '../contract/load-contracts.ts';
import type { Contract } from '../domain/contract.ts';
import type { Fault } from '../domain/fault.ts';
import type { ProblemPointer } from '../domain/problem-pointer.ts';
import { parseStrictJson, StrictJsonError } from '../domain/strict-json.ts';
import { FIELD_RULES } from './lint-rules.ts';
import type { Severity } from './rules.ts';

/** One thing that keeps contracts from loading, or that would be better otherwise. It never quotes a value. */
export interface LintFinding {
  readonly rule: string;
  readonly file: string;
  /** The path of a field of the record, or a JSON pointer into the file; empty for the whole of it. */
  readonly where: string;
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
}

/** Looks through every contract below a folder. Advice is given on those that load. */
export function lintContracts(root: string): readonly LintFinding[] {
  const { contracts, faults } = loadContracts(root);
  return [...faults.map(faultFinding), ...contracts.flatMap((contract) => adviceOn(contract, root))];
}

function faultFinding({ file, pointer, message, remedy }: Fault): LintFinding {
  return { rule: 'load', file, where: pointer, severity: 'error', message, remedy };
}

function adviceOn(contract: Contract, root: string): readonly LintFinding[] {
  const folder = join(root, ...contract.id.split('.'));
  const file = join(folder, 'schema.json');
  const fields = contract.fields.flatMap((field) =>
    FIELD_RULES.filter(({ finds }) => finds(field)).map(
      ({ id, message, remedy }): LintFinding => ({
        rule: id,
        file,
        where: field.path,
        severity: 'warning',
        message,
        remedy,
      }),
    ),
  );
  return [...fields, ...exampleFindings(contract, folder)];
}

function exampleFindings(contract: Contract, folder: string): readonly LintFinding[] {
  const examples = join(folder, 'examples', 'valid');
  const names = existsSync(examples) ? readdirSync(examples).filter((name) => name.endsWith('.json')) : [];
  if (names.length === 0) {
    return [
      {
        rule: 'example-missing',
        file: examples,
        where: '',
        severity: 'warning',
        message: 'there is no example of a record',
        remedy: 'Add one with made-up values: what the schema means is tried on it.',
      },
    ];
  }
  return names.sort().flatMap((name) => unfitExample(contract, join(examples, name)));
}

/** By the check of the gateway, which names the keyword and never the value. */
function unfitExample({ checkRecord }: Contract, file: string): readonly LintFinding[] {
  return problemsOf(readFileSync(file), checkRecord).map(({ pointer, rule }) => ({
    rule: 'example-unfit',
    file,
    where: pointer,
    severity: 'warning',
    message: `the example does not fit the schema (${rule})`,
    remedy: 'Correct the example or the schema.',
  }));
}

function problemsOf(body: Uint8Array, check: Contract['checkRecord']): readonly ProblemPointer[] {
  try {
    return check(parseStrictJson(body));
  } catch (error) {
    if (error instanceof StrictJsonError) return [{ pointer: '', rule: error.fault }];
    throw error;
  }
}
