import type { Unregistered } from '@lastgood/api-client';
import { Checkbox } from '@mantine/core';
import { useId } from 'react';
import classes from '../choices.module.css';
import { pressKeys } from '../press/press-keys.ts';
import { nameIn } from './offered.ts';

interface ChooseUnregisteredProps {
  offered: readonly Unregistered[];
  chosen: readonly string[];
  choose: (name: string, isChosen: boolean) => void;
  /** Whose plan it is: of anybody else in a group it is said whose change it was. */
  serviceName: string;
  press: () => void;
  letter: string | null;
}

/** What was seen to have changed though nobody registered it: it stays, but for what is ticked, which the plan takes back as well. */
export function ChooseUnregistered({
  offered,
  chosen,
  choose,
  serviceName,
  press,
  letter,
}: ChooseUnregisteredProps) {
  const hint = useId();
  if (offered.length === 0) return null;
  return (
    <fieldset className={classes.box} aria-describedby={hint} onKeyDown={pressKeys(press, letter)}>
      <legend className={classes.legend}>Changed since, and not registered with this release</legend>
      <p id={hint} className={classes.hint}>
        It stays as it is unless you tick it.
      </p>
      {offered.map(({ service, name, act, text }) => (
        <Checkbox
          key={`${service} ${name}`}
          checked={chosen.includes(name)}
          onChange={(event) => choose(name, event.currentTarget.checked)}
          label={act}
          description={`${nameIn(service) === serviceName ? '' : `Of ${nameIn(service)}: `}${text}`}
        />
      ))}
    </fieldset>
  );
}
