import type { Deployment, Standing } from '@lastgood/api-client';
import { Popover, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { Instant } from '../clock/instant.tsx';
import { proofWord } from '../meaning/meaning.ts';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import { ProofEvidence } from './proof-evidence.tsx';
import classes from './proof-words.module.css';
import { withdrawnSince } from './withdrawn.ts';

interface ProofWordsProps {
  deploymentId: string;
  proof: Deployment['proof'];
  /** The instant that is said with it; null where none is. */
  at: string | null;
  /** Of the release that serves: how it stands now. */
  standing?: Standing | null;
  /** What it is the proof of, for those who listen. */
  of: string;
  /** Said instead, where the proof itself stands beside it. */
  label?: string;
}

/** How far a release is trusted; a press opens what that rests on. A breach withdraws it at once. */
export function ProofWords({ deploymentId, proof, at, standing = null, of, label }: ProofWordsProps) {
  const [opened, setOpened] = useState(false);
  const since = withdrawnSince(proof, standing);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={420}
      position="bottom-start"
      withArrow
      shadow="md"
      trapFocus
    >
      <Popover.Target>
        <UnstyledButton
          className={classes.proof}
          data-withdrawn={since !== null || undefined}
          aria-haspopup="dialog"
          aria-expanded={opened}
          onClick={() => setOpened((open) => !open)}
        >
          {since !== null && <MeaningIcon meaning="watch" size="0.875rem" />}
          <span>
            {since !== null && 'was '}
            {label ?? proofWord(proof)}
            {at && (
              <>
                {' '}
                <Instant at={at} as="short" light />
              </>
            )}
            {since !== null && (
              <>
                , breaches since <Instant at={since} as="short" light />
              </>
            )}
          </span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={`The proof of ${of}`} className={classes.dropdown}>
        {opened && <ProofEvidence deploymentId={deploymentId} />}
      </Popover.Dropdown>
    </Popover>
  );
}
