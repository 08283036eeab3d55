import type { CreatedObject } from '@lastgood/api-client';
import { Checkbox } from '@mantine/core';
import { useId } from 'react';
import classes from '../choices.module.css';
import { pressKeys } from '../press/press-keys.ts';

interface ChooseCreatedProps {
  created: readonly CreatedObject[];
  chosen: readonly string[];
  choose: (name: string, isChosen: boolean) => void;
  press: () => void;
  letter: string | null;
}

/** What only the release created: it stays, but for what is ticked. What cannot be removed here is told with the reason. */
export function ChooseCreated({ created, chosen, choose, press, letter }: ChooseCreatedProps) {
  const hint = useId();
  if (created.length === 0) return null;
  const [removable, kept] = [
    created.filter(({ refusal }) => refusal === null),
    created.filter(({ refusal }) => refusal !== null),
  ];
  return (
    <fieldset className={classes.box} aria-describedby={hint} onKeyDown={pressKeys(press, letter)}>
      <legend className={classes.legend}>Created by the release</legend>
      <p id={hint} className={classes.hint}>
        {removable.length > 0
          ? 'It stays unless you tick it. What is removed, no rollback creates again.'
          : 'It stays: nothing of it can be removed with the rollback.'}
      </p>
      {removable.map(({ uid, name, words }) => (
        <Checkbox
          key={uid}
          checked={chosen.includes(name)}
          onChange={(event) => choose(name, event.currentTarget.checked)}
          label={`Remove ${name.replace('/', ' ')}`}
          description={words}
        />
      ))}
      {kept.map(({ uid, name, words }) => (
        <p key={uid} className={classes.kept}>
          {name.replace('/', ' ')} cannot be removed with it
          <span>{words}</span>
        </p>
      ))}
    </fieldset>
  );
}
