import pg from 'pg';
import { cancelStatement } from './cancel-statement.ts';
import { type Database, type DatabaseRole, OutcomeUnknownError } from './database.ts';

export interface PgOptions {
  readonly url: string;
  readonly role: DatabaseRole;
  readonly maxConnections: number;
  /** Longest that one statement may take, its wait for a lock included. */
  readonly statementTimeoutMs: number;
  /** A connection of the pool broke while nobody used it; the pool makes a new one when it needs it. */
  onIdleError?(error: Error): void;
}

/** Statements that wait for a connection beyond which a further one is refused at once. */
const MAX_WAITING = 4096;

/**
 * The function of PostgreSQL that warns of a commit that somebody cancelled while it waited for a standby. It says that
 * all is well besides, and the commit is lost if that standby becomes the primary.
 */
const WAITS_FOR_STANDBYS = 'SyncRepWaitForLSN';

/** PostgreSQL through a pool whose every connection takes its role while connecting. */
export function pgDatabase(options: PgOptions): Database {
  const { url, role, maxConnections, statementTimeoutMs } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: statementTimeoutMs,
    statement_timeout: statementTimeoutMs,
    lock_timeout: statementTimeoutMs,
    // The server ends a statement first; this is for a server that does not answer at all.
    query_timeout: statementTimeoutMs * 2,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    application_name: `shuqiao-${role}`,
    keepAlive: true,
    ...(role === 'owner' ? {} : { options: `-c role=shuqiao_${role}` }),
  });
  // Without a listener the pool's error event would end the process.
  pool.on('error', (error) => options.onIdleError?.(error));
  return {
    durable: true,
    description: 'PostgreSQL',
    query: async <Row extends object>(sql: string, values: readonly unknown[] = [], name?: string) => {
      if (pool.waitingCount >= MAX_WAITING) throw new Error('too many statements wait for a connection');
      const client = await pool.connect();
      let unreplicated: unknown;
      const onNotice = (notice: { readonly routine: string | undefined }): void => {
        if (notice.routine === WAITS_FOR_STANDBYS) unreplicated = notice;
      };
      // Without a listener its error event would end the process; what matters of it comes from the query.
      client.on('error', unheard).on('notice', onNotice);
      try {
        const { rows } = await client.query<Row>({ text: sql, values: [...values], name });
        if (unreplicated !== undefined) throw new OutcomeUnknownError(unreplicated);
        client.off('error', unheard).off('notice', onNotice).release();
        return rows;
      } catch (error) {
        const answered = isAnswer(error);
        if (!answered) cancelStatement(client);
        client.release(true);
        throw answered || error instanceof OutcomeUnknownError ? error : new OutcomeUnknownError(error);
      }
    },
    script: async (sql) => {
      // Several statements in one simple query are one transaction; an explicit one would stay open when it fails.
      await pool.query(sql);
    },
    close: async () => await pool.end(),
  };
}

function unheard(): void {}

/**
 * Whether the server said that the statement failed. What it says when it ends the connection (class 57P) may come after
 * a commit that waited for a standby.
 */
function isAnswer(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code !== undefined && !/^(?:08|57P|40003)/.test(error.code);
}
