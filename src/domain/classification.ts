/**
 * GB/T 43697-2024: core 核心 and important 重要 data, and four levels of general 一般 data, most sensitive first.
 * State and work secrets have no level: the regulation on sharing (政务数据共享条例, art. 2–3) does not reach them.
 */
export const CLASSIFICATIONS = ['core', 'important', 'general-4', 'general-3', 'general-2', 'general-1'] as const;
export type Classification = (typeof CLASSIFICATIONS)[number];

/** What the regulation does not reach, whatever somebody grades it: 国家秘密, 工作秘密. */
export const SECRETS = ['state-secret', 'work-secret'] as const;

export function isClassification(value: unknown): value is Classification {
  return CLASSIFICATIONS.some((classification) => classification === value);
}

/** Whether the one is graded above the other. */
export function isAbove(one: Classification, other: Classification): boolean {
  return CLASSIFICATIONS.indexOf(one) < CLASSIFICATIONS.indexOf(other);
}

/** The most that may leave without being encrypted to its recipient. What is about one person is graded above it. */
export const MOST_UNSEALED: Classification = 'general-2';

/** 就高从严: the most sensitive decides. */
export function highest(classifications: readonly Classification[]): Classification {
  return CLASSIFICATIONS.find((classification) => classifications.includes(classification)) ?? 'core';
}
