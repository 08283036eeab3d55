import { useRunView } from '@lastgood/api-client/queries';
import { useUndo } from '../../run/use-run-actions.ts';
import { BarRow } from './bar-row.tsx';
import { useRunWords } from './run-words.tsx';
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
  const words = useRunWords(run, undo.error);
  useLinger(run !== undefined && run.status !== 'queued', onOver);
  if (!words) return null;
  const button = run?.status === 'queued' && (
    <UndoButton hasKey={hasKey} pending={undo.isPending} onUndo={() => undo.mutate()} />
  );
  return <BarRow {...words} undo={button} />;
}
