/** Who holds the lock of a state, as the program tells it to whoever does not get it. */
export interface StateLock {
  id: string;
  /** Null where the backend does not tell. */
  holder: { who: string; operation: string; created: string } | null;
}

const lockWords = /Error acquiring the state lock/;

/**
 * The lock in what the program says; null where it says nothing of one. The HTTP backend names its holder in the message and
 * shows under *Lock Info* what the caller itself had asked for: what stands there is then not the holder's.
 * https://github.com/hashicorp/terraform/blob/v1.11.4/internal/backend/remote-state/http/client.go
 */
export function lockIn(said: string): StateLock | null {
  if (!lockWords.test(said)) return null;
  const shown = fieldOf(said, 'ID');
  const named = /already locked:\s+ID=(\S+)/.exec(said)?.[1];
  if (named !== undefined && named !== shown) return { id: named, holder: null };
  if (shown === '') return { id: '', holder: null };
  const [who, operation, created] = [
    fieldOf(said, 'Who'),
    fieldOf(said, 'Operation'),
    fieldOf(said, 'Created'),
  ];
  return { id: shown, holder: { who, operation, created: created.replace(/\.\d+ \+0000 UTC$/, ' UTC') } };
}

function fieldOf(said: string, name: string): string {
  return new RegExp(`^[\\s│]*${name}:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(said)?.[1]?.slice(0, 200) ?? '';
}

/** "ann@laptop since 2026-11-29 17:54:31 UTC (apply, lock e7e5…)" */
export function lockInWords({ id, holder }: StateLock): string {
  const lock = id === '' ? 'a lock without a name' : `lock ${id}`;
  if (holder === null) return `somebody (${lock}; the backend does not say who or since when)`;
  const operation = holder.operation.replace(/^OperationType/, '').toLowerCase();
  return `${holder.who || 'somebody'} since ${holder.created || 'an unknown time'} (${operation}, ${lock})`;
}
