import {
  type Deployment,
  type DeploymentMark,
  isSameMark,
  markedEvent,
  unmarkedEvent,
} from '@lastgood/domain';
import { fromJson, toJson } from '../connection/json.ts';
import type { Sql } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { inTransaction } from '../connection/transaction.ts';
import { insertEvents } from '../write/write-audit.ts';

/** What people say that deployments were. */
export interface Marks {
  /** In place of the one before; saying the same again writes nothing. The mark in force; null when there is no such deployment. */
  put(deploymentId: string, mark: DeploymentMark): Promise<DeploymentMark | null>;
  /** Taken back. The mark that was; `none` where there was none. */
  delete(deploymentId: string, by: string, at: number): Promise<DeploymentMark | 'none' | 'not-found'>;
}

export function createMarks(context: StoreContext): Marks {
  return {
    async put(id, mark) {
      const put = await inTransaction(context.pool, async (sql) => {
        const was = await lockMarked(sql, id);
        if (!was) return null;
        if (was.mark && isSameMark(was.mark, mark)) return { mark: was.mark, isNew: false };
        await sql('update deployments set mark = $2 where id = $1', [id, toJson(mark)]);
        await insertEvents(sql, [markedEvent(was, mark)]);
        return { mark, isNew: true };
      });
      if (put?.isNew) context.tellReplicas(['events']);
      return put?.mark ?? null;
    },
    async delete(id, by, at) {
      const was = await inTransaction(context.pool, async (sql) => {
        const found = await lockMarked(sql, id);
        if (!found?.mark) return found ? 'none' : 'not-found';
        await sql('update deployments set mark = null where id = $1', [id]);
        await insertEvents(sql, [unmarkedEvent(found, found.mark, by, at)]);
        return found.mark;
      });
      if (typeof was === 'object') context.tellReplicas(['events']);
      return was;
    },
  };
}

type Marked = Pick<Deployment, 'id' | 'service' | 'release' | 'version' | 'origin' | 'mark'>;

/** One of two people who say something at once waits for the other one. */
async function lockMarked(sql: Sql, id: string): Promise<Marked | null> {
  const { rows } = await sql<Marked>(
    'select id, service_key as service, release, version, origin, mark from deployments where id = $1 for update',
    [id],
  );
  const [row] = rows;
  return row ? { ...row, mark: row.mark && fromJson(row.mark) } : null;
}
