import type { Run } from '@lastgood/api-client';
import { useUndo } from '../../run/use-run-actions.ts';
import { BarRow } from './bar-row.tsx';
import type { Press } from './press.ts';
import { pressWords } from './press-words.tsx';
import { useRunWords } from './run-words.tsx';
import { UndoButton } from './undo-button.tsx';
import { useArrival } from './use-arrival.ts';
import { useLinger } from './use-linger.ts';
import { usePressedRun } from './use-pressed-run.ts';
import { presses } from './use-presses.ts';
import { useUndoFocus } from './use-undo-focus.ts';

/** A press of this tab, from the finger on: one row and one Undo, whatever the server does. */
export function PressRow({ press, hasKey }: { press: Press; hasKey: boolean }) {
  const { key, phase } = press;
  const run = usePressedRun(press);
  const undo = useUndo({ id: run?.id ?? '' });
  const words = useRunWords(run, undo.error) ?? pressWords(press);
  const canUndo = phase.kind === 'sending' || phase.kind === 'kept' || run?.status === 'queued';
  const undoRef = useUndoFocus(canUndo);
  useArrival(press);
  useLinger(isOver(press, run), () => presses.forget(key));
  const takeBack = () => (run ? undo.mutate() : presses.withdraw(key));
  return (
    <BarRow
      {...words}
      undo={
        canUndo && <UndoButton ref={undoRef} hasKey={hasKey} pending={undo.isPending} onUndo={takeBack} />
      }
    />
  );
}

function isOver({ phase }: Press, run: Run | undefined): boolean {
  if (phase.kind === 'withdrawn') return phase.settled;
  return run !== undefined && run.status !== 'queued';
}
