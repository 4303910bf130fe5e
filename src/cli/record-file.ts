import { readFileSync } from 'node:fs';
import type { Contract } from '../domain/contract.ts';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { parseStrictJson } from '../domain/strict-json.ts';

/**
 * A record of the contract from a file. What is wrong with one is said by pointers alone, without what is in it.
 * @throws Error in words for whoever typed the name
 */
export function readRecordFile(file: string, { checkRecord }: Pick<Contract, 'checkRecord'>): JsonObject {
  const record = readObjectFile(file);
  const broken = checkRecord(record).map(({ pointer, rule }) => `${pointer} (${rule})`);
  if (broken.length > 0) throw new Error(`The record is none of the contract: ${broken.join(', ')}.`);
  return record;
}

/** @throws Error in words for whoever typed the name */
export function readObjectFile(file: string): JsonObject {
  const value = parseStrictJson(readFileSync(file));
  if (!isJsonObject(value)) throw new Error(`${file} holds no JSON object.`);
  return value;
}
