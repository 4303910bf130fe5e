/**
 * How long a retired key is still published: as long as somebody may have to prove an answer that it signed.
 * 网络数据安全管理条例 art. 12: records of providing personal information are kept for three years at least.
 */
export const ANSWERS_KEPT = { days: 1096, instrument: '网络数据安全管理条例', article: '12' } as const;
