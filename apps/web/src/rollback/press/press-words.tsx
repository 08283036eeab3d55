import { ApiError } from '@lastgood/api-client';
import { Button } from '@mantine/core';
import { moveName } from '../../run/release-names.ts';
import { CopyButton } from '../../shell/copy-text.tsx';
import { ProblemNote } from '../../shell/problem-note.tsx';
import type { BarWords } from './bar-row.tsx';
import { KeptNote } from './kept-note.tsx';
import type { Press } from './press.ts';
import { presses } from './use-presses.ts';

/** Until the server has it: what is known of its way there. */
export function pressWords({ asked, key, phase }: Press): BarWords {
  const move = (
    <>
      <strong>{asked.serviceName}</strong> {moveName(asked.from, asked.target)}
      {asked.loses && <>, and lose {asked.loses}</>}
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
      return { title: <>Rolling back {move}</>, note: 'On its way to Lastgood.' };
    case 'kept':
      return {
        meaning: 'unknown',
        title: <>No answer yet, trying again: {move}</>,
        note: <KeptNote why={phase.why} until={phase.until} />,
        choices: <ByHand commands={asked.byHand} />,
      };
    case 'lapsed':
      return {
        meaning: 'act',
        title: <>No answer: {move}</>,
        note: `${phase.why}, for two minutes. Whether it has arrived is not known; this press is not sent any more.`,
        choices: (
          <>
            <ByHand commands={asked.byHand} />
            <Button h="var(--tap)" variant="default" onClick={() => presses.press(asked)}>
              Send again
            </Button>
            {close}
          </>
        ),
      };
    case 'refused': {
      const problem = phase.error instanceof ApiError ? phase.error.problem : null;
      return {
        meaning: 'act',
        title: <>Refused: {move}</>,
        note: <ProblemNote detail={phase.error.message} problem={problem} />,
        choices: close,
      };
    }
    case 'withdrawn':
      return phase.settled
        ? { meaning: 'quiet', title: 'Undone. Nothing was changed.', note: move }
        : {
            meaning: 'unknown',
            title: <>Taken back: {move}</>,
            note: 'Nothing more is sent. Whether the press had arrived is not known yet; if it had, it is undone as soon as Lastgood answers.',
            choices: close,
          };
  }
}

/** The same without Lastgood, as the plan named it while the server answered. */
function ByHand({ commands }: { commands: readonly string[] }) {
  if (commands.length === 0) return null;
  return <CopyButton text={() => commands.join('\n')}>Copy kubectl command</CopyButton>;
}
