import { ApiError, type Run } from '@lastgood/api-client';
import { useRunView } from '@lastgood/api-client/queries';
import { Button } from '@mantine/core';
import { moveName } from '../../run/release-names.ts';
import { useUndo } from '../../run/use-run-actions.ts';
import { CopyButton } from '../../shell/copy-text.tsx';
import { ProblemNote } from '../../shell/problem-note.tsx';
import { BarRow } from './bar-row.tsx';
import { KeptNote } from './kept-note.tsx';
import type { Press } from './press.ts';
import { RunRow } from './run-row.tsx';
import { UndoButton } from './undo-button.tsx';
import { useArrival } from './use-arrival.ts';
import { useLinger } from './use-linger.ts';
import { presses } from './use-presses.ts';
import { useUndoFocus } from './use-undo-focus.ts';

interface PressRowProps {
  press: Press;
  hasKey: boolean;
}

/** A press of this tab: said from the first moment, whatever the server does. */
export function PressRow({ press, hasKey }: PressRowProps) {
  const { key, phase } = press;
  const run = useRun(press);
  const undo = useUndo({ id: run?.id ?? '' });
  const canUndo = phase.kind === 'sending' || phase.kind === 'kept' || run?.status === 'queued';
  const undoRef = useUndoFocus(canUndo);
  useArrival(press);
  useLinger(isOver(press, run), () => presses.forget(key));
  const takeBack = () => (run ? undo.mutate() : presses.withdraw(key));
  const button = canUndo && (
    <UndoButton ref={undoRef} hasKey={hasKey} pending={undo.isPending} onUndo={takeBack} />
  );
  if (run) return <RunRow run={run} refusal={undo.error} undo={button} />;
  return <Unanswered press={press} undo={button} />;
}

/** Until the server has it: what is known of its way there. */
function Unanswered({ press, undo }: { press: Press; undo: React.ReactNode }) {
  const { asked, key, phase } = press;
  const move = (
    <>
      <strong>{asked.serviceName}</strong> {moveName(asked.from, asked.target)}
    </>
  );
  const close = (
    <Button h="var(--tap)" variant="default" onClick={() => presses.forget(key)}>
      Close
    </Button>
  );
  switch (phase.kind) {
    case 'sending':
    case 'arrived':
      return <BarRow title={<>Rolling back {move}</>} note="On its way to Lastgood." undo={undo} />;
    case 'kept':
      return (
        <BarRow
          meaning="unknown"
          title={<>Not sent yet, trying again: {move}</>}
          note={<KeptNote why={phase.why} until={phase.until} />}
          choices={<ByHand press={press} />}
          undo={undo}
        />
      );
    case 'lapsed':
      return (
        <BarRow
          meaning="act"
          title={<>Not sent: {move}</>}
          note={`${phase.why}, for two minutes. This press will not be sent any more.`}
          choices={
            <>
              <ByHand press={press} />
              <Button h="var(--tap)" variant="default" onClick={() => presses.press(asked)}>
                Send again
              </Button>
              {close}
            </>
          }
        />
      );
    case 'refused': {
      const problem = phase.error instanceof ApiError ? phase.error.problem : null;
      return (
        <BarRow
          meaning="act"
          title={<>Refused: {move}</>}
          note={<ProblemNote detail={phase.error.message} problem={problem} />}
          choices={close}
        />
      );
    }
    case 'withdrawn':
      return phase.settled ? (
        <BarRow meaning="quiet" title="Undone. Nothing was changed." note={move} />
      ) : (
        <BarRow
          meaning="unknown"
          title={<>Taken back: {move}</>}
          note="Nothing more is sent. Whether the press had arrived is not known yet; if it had, it is undone as soon as Lastgood answers."
          choices={<ByHand press={press} />}
        />
      );
  }
}

/** The run of the press as it stands; absent until the server has it. */
function useRun({ phase }: Press): Run | undefined {
  const answered = phase.kind === 'arrived' ? phase.run : undefined;
  const view = useRunView(answered?.id ?? '', { query: { enabled: answered !== undefined } });
  return answered && (view.data?.run ?? answered);
}

function isOver({ phase }: Press, run: Run | undefined): boolean {
  if (phase.kind === 'withdrawn') return phase.settled;
  return run !== undefined && run.status !== 'queued';
}

/** The same without Lastgood, as the plan named it while the server answered. */
function ByHand({ press: { asked } }: { press: Press }) {
  if (asked.byHand.length === 0) return null;
  return <CopyButton text={() => asked.byHand.join('\n')}>Copy the kubectl command</CopyButton>;
}
