import { useRunView } from '@lastgood/api-client/queries';
import { useUndo } from '../../run/use-run-actions.ts';
import { RunRow } from './run-row.tsx';
import { UndoButton } from './undo-button.tsx';
import { useLinger } from './use-linger.ts';

interface QueuedRunRowProps {
  runId: string;
  hasKey: boolean;
  onOver: () => void;
}

/** A rollback that somebody else has pressed, or this person elsewhere. */
export function QueuedRunRow({ runId, hasKey, onOver }: QueuedRunRowProps) {
  const run = useRunView(runId).data?.run;
  const undo = useUndo({ id: runId });
  useLinger(run !== undefined && run.status !== 'queued', onOver);
  if (!run) return null;
  return (
    <RunRow
      run={run}
      refusal={undo.error}
      undo={<UndoButton hasKey={hasKey} pending={undo.isPending} onUndo={() => undo.mutate()} />}
    />
  );
}
