import type { RollbackTarget } from '@lastgood/api-client';
import { Button, Kbd, VisuallyHidden } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useId, useState } from 'react';
import { Instant } from '../../clock/instant.tsx';
import { releaseName, releaseTitle } from '../../run/release-names.ts';
import { lossesInWords } from '../losses/loss-words.ts';
import { NameLosses } from '../losses/name-losses.tsx';
import type { NamedRelease } from '../press/press.ts';
import { useWayBack } from '../use-way-back.ts';
import classes from './target-list.module.css';

interface TargetRowProps {
  target: RollbackTarget;
  from: NamedRelease;
  serviceName: string;
  /** The digit that presses it. */
  letter: string | null;
}

/** A release to go back to: its proof and age, what differs, whether its image is there; or why it cannot be asked for. */
export function TargetRow({ target, from, serviceName, letter }: TargetRowProps) {
  const { release, label, differs, image, whyNot } = target;
  // The plan is made for whoever reaches for it: what it would refuse is said before the press.
  const [reached, setReached] = useState(false);
  const way = useWayBack(
    { deploymentId: from.deploymentId, serviceName, from, target: release, problem: whyNot, chosen: true },
    reached,
  );
  const words = useId();
  const reach = () => setReached(true);
  const isNamed = way.naming.losses.length > 0 && way.naming.missing.length === 0;
  const off = way.problem !== null || way.isPressed;
  useHotkeys(letter === null ? [] : [[letter, way.press]]);
  return (
    <li className={classes.row} data-good={target.good || undefined}>
      <div className={classes.words}>
        <p>
          <strong>{releaseTitle(release)}</strong>{' '}
          <span className={target.good ? classes.dim : classes.loud}>
            {label} <Instant at={release.at} as="short" />
          </span>
        </p>
        <p id={words} className={classes.dim}>
          {(way.isPressed ? null : way.problem) ?? [differs, image.sentence].filter(Boolean).join('; ')}
        </p>
      </div>
      {reached && way.naming.losses.length > 0 && !way.isPressed && (
        <div className={classes.losses}>
          <NameLosses {...way.naming} press={way.press} letter={letter} />
        </div>
      )}
      <Button
        className={classes.button}
        variant="default"
        aria-describedby={words}
        aria-keyshortcuts={letter ?? undefined}
        rightSection={letter !== null && <Kbd size="xs">{letter}</Kbd>}
        onClick={off ? undefined : way.press}
        onPointerEnter={reach}
        onFocus={reach}
        {...(off ? { 'aria-disabled': true, 'data-disabled': true } : {})}
      >
        <VisuallyHidden>Go back to </VisuallyHidden>
        {releaseName(release)}
        {isNamed && ` and lose ${lossesInWords(way.naming.losses)}`}
      </Button>
    </li>
  );
}
