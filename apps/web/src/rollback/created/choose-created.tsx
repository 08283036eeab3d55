import type { CreatedObject } from '@lastgood/api-client';
import { Checkbox } from '@mantine/core';
import { useId } from 'react';
import classes from './choose-created.module.css';

interface ChooseCreatedProps {
  created: readonly CreatedObject[];
  chosen: readonly string[];
  choose: (name: string, isChosen: boolean) => void;
}

/** What only the release created: it stays, but for what is ticked. What cannot be removed here is told with the reason. */
export function ChooseCreated({ created, chosen, choose }: ChooseCreatedProps) {
  const hint = useId();
  if (created.length === 0) return null;
  return (
    <fieldset className={classes.box} aria-describedby={hint}>
      <legend className={classes.legend}>Created by the release</legend>
      <p id={hint} className={classes.hint}>
        It stays unless you tick it. What is removed, no rollback creates again.
      </p>
      {created.map(({ uid, name, words, refusal }) => (
        <Checkbox
          key={uid}
          checked={refusal === null && chosen.includes(name)}
          disabled={refusal !== null}
          onChange={(event) => choose(name, event.currentTarget.checked)}
          label={`Remove ${name.replace('/', ' ')}`}
          description={words}
        />
      ))}
    </fieldset>
  );
}
