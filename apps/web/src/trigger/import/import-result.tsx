import type { RuleImport } from '@lastgood/api-client';
import { Button, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { counted } from '../../meaning/counted.ts';
import { CopyButton } from '../../shell/copy-text.tsx';
import { saveFile } from '../../shell/save-file.ts';
import page from '../write/write.module.css';
import classes from './import.module.css';
import { importSentence, inSet, keyOf, setNameFault } from './imported.ts';
import { ImportedRule } from './imported-rule.tsx';

/** Each rule with what it becomes, and those that are taken along as one set. */
export function ImportResult({ imported: { alerts, notes } }: { imported: RuleImport }) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const rows = alerts.map((alert, index) => ({ key: keyOf(alert, index), alert }));
  const triggers = rows.flatMap(({ key, alert }) => (left.has(key) ? [] : alert.triggers));
  const take = (key: string, taken: boolean) => {
    const next = new Set(left);
    if (taken) next.delete(key);
    else next.add(key);
    setLeft(next);
  };
  return (
    <>
      <section className={page.card} aria-labelledby="becomes">
        <h2 id="becomes">2. See what it becomes</h2>
        <p role="status">{importSentence(alerts)}</p>
        {notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
        <ul className={classes.alerts} aria-label="Rules of the file">
          {rows.map(({ key, alert }) => (
            <ImportedRule
              key={key}
              alert={alert}
              isTaken={!left.has(key)}
              onTake={(taken) => take(key, taken)}
            />
          ))}
        </ul>
      </section>
      <TakeAlong triggers={triggers} />
    </>
  );
}

function TakeAlong({ triggers }: { triggers: Parameters<typeof inSet>[1] }) {
  const [name, setName] = useState('imported');
  const text = () => inSet(name, triggers);
  const fault = setNameFault(name);
  return (
    <section className={page.card} aria-labelledby="take">
      <h2 id="take">3. Take it along</h2>
      {triggers.length === 0 ? (
        <p>Nothing is chosen that could be taken along.</p>
      ) : (
        <>
          <TextInput
            label="Name of the trigger set"
            description={`With ${counted(triggers.length, 'trigger')}. A service takes it by triggerSets; lastgood apply -f FILE declares it.`}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={fault}
          />
          <div className={classes.buttons}>
            <CopyButton text={text} disabled={fault !== null}>
              Copy the declaration
            </CopyButton>
            <Button
              variant="default"
              disabled={fault !== null}
              h="var(--tap)"
              leftSection={<IconDownload size="1rem" />}
              onClick={() => saveFile(text(), `${name}.yaml`, 'application/yaml')}
            >
              Download it
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
