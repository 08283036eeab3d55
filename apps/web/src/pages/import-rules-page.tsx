import { TextInput } from '@mantine/core';
import { useDebouncedValue, useSessionStorage } from '@mantine/hooks';
import { Link } from 'react-router';
import { Refused } from '../shell/refused.tsx';
import { useTitle } from '../shell/use-title.ts';
import { ImportResult } from '../trigger/import/import-result.tsx';
import { labelFault } from '../trigger/import/imported.ts';
import { RuleFileField } from '../trigger/import/rule-file-field.tsx';
import { useImport } from '../trigger/import/use-import.ts';
import classes from '../trigger/write/write.module.css';

/** A rule file taken over: what each alert becomes, what is otherwise, what is left out. Nothing is saved here. */
export function ImportRulesPage() {
  useTitle('Import alert rules');
  // Whoever tries one of them comes back to the file.
  const [file, setFile] = useSessionStorage({ key: 'lastgood.rule-file', defaultValue: '' });
  const [label, setLabel] = useSessionStorage({ key: 'lastgood.rule-file.label', defaultValue: '' });
  const [asked] = useDebouncedValue({ file, label }, 400);
  const fault = labelFault(asked.label);
  const { data, error, isLoading, isPlaceholderData } = useImport(
    asked.file,
    fault === null ? asked.label : '',
  );
  const isOfThis = asked.file === file && asked.label === label && !isPlaceholderData;
  return (
    <div className={classes.page}>
      <h1>Import alert rules</h1>
      <p className={classes.dim}>
        Nothing is saved here. Each alert of a Prometheus rule file becomes a trigger that asks for the number
        and has the limit beside it. Take them along as a declaration that <code>lastgood apply</code> reads,
        or <Link to="/triggers/try">try a trigger of your own</Link>.
      </p>
      <section className={classes.card} aria-labelledby="file">
        <h2 id="file">1. Give the file</h2>
        <RuleFileField file={file} onChange={setFile} />
        <TextInput
          label="Label with the name of a service"
          description="Such as app or service: each query is narrowed to it. Without one a query asks for all services alike."
          value={label}
          error={labelFault(label)}
          onChange={({ currentTarget }) => setLabel(currentTarget.value.trim())}
        />
        <div role="status">
          {file.trim() === '' ? <p>What its alerts become stands here.</p> : null}
          {file.trim() !== '' && (isLoading || !isOfThis) ? <p>Reading the rules…</p> : null}
        </div>
        {error && isOfThis ? <Refused error={error} /> : null}
      </section>
      {data && fault === null && file.trim() !== '' && !(error && isOfThis) ? (
        <ImportResult key={asked.file} imported={data} />
      ) : null}
    </div>
  );
}
