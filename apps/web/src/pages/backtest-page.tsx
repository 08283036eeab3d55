import { useMemo, useState } from 'react';
import { Link, useLocation, useSearchParams } from 'react-router';
import { inDeclaration, refusalsOf } from '../add-service/declaration-findings.ts';
import { type BacktestForm, BacktestFormSection } from '../backtest/backtest-form.tsx';
import { BacktestProgressLine } from '../backtest/backtest-progress.tsx';
import { backtestRequest, lackOf, periods } from '../backtest/backtest-request.ts';
import { BacktestRows } from '../backtest/backtest-rows.tsx';
import { BacktestScoreSection } from '../backtest/backtest-score.tsx';
import { useBacktest } from '../backtest/use-backtest.ts';
import { readTrigger, writeTrigger } from '../backtest/written-trigger.ts';
import { useTitle } from '../shell/use-title.ts';
import { serverClock } from '../time/server-clock.ts';
import type { Told } from '../trigger/write/diagnostics.ts';
import { firstDraft, handedOver } from '../trigger/write/draft.ts';
import classes from '../trigger/write/write.module.css';

/** A trigger on the deployments of the past: when it would have fired, and how good that makes it. Nothing is saved here. */
export function BacktestPage() {
  useTitle('Backtest a trigger');
  const [form, setForm] = useForm();
  const { state, run, cancel } = useBacktest();
  const [tried, setTried] = useState({ text: '', name: '' });
  const { chosen } = form;
  const written = useMemo(() => readTrigger(chosen.text), [chosen.text]);
  // What was refused of a text that is no longer there would be marked at a wrong place.
  const refused = state.error !== null && tried.text === chosen.text ? refusalsOf(state.error) : [];
  const told = chosen.mode === 'written' ? toldOf(chosen.text, written, refused) : [];
  const start = () => {
    const isWritten = chosen.mode === 'written';
    if (isWritten && 'fault' in written) return;
    const of = isWritten && 'trigger' in written ? { trigger: written.trigger } : { name: chosen.name };
    setTried({ text: chosen.text, name: 'trigger' in of ? of.trigger.name : of.name });
    const now = Date.now() + serverClock.offsetMs();
    void run(backtestRequest({ of, services: form.services, days: form.days }, now));
  };
  return (
    <div className={classes.page}>
      <h1>Backtest a trigger</h1>
      <p className={classes.dim}>
        Nothing is saved here. The metric source is asked for what it still has of past deployments, and the
        trigger is judged on that as it would have been then. <Link to="/triggers/try">Try a trigger</Link> to
        see what it answers now.
      </p>
      <BacktestFormSection
        form={form}
        onChange={setForm}
        told={told}
        lacks={lackOf(chosen, 'trigger' in written)}
        isRunning={state.status === 'running'}
        onRun={start}
        onCancel={cancel}
      />
      <BacktestProgressLine state={state} />
      {state.result && <BacktestScoreSection result={state.result} />}
      {state.deployments.length > 0 && <BacktestRows deployments={state.deployments} trigger={tried.name} />}
    </div>
  );
}

/** What is chosen by name is part of the address; what is written goes with the entry of the history. */
function useForm(): [BacktestForm, (next: BacktestForm) => void] {
  const [search, setSearch] = useSearchParams();
  const handed = handedOver(useLocation().state);
  const [text, setText] = useState(writeTrigger(handed ?? firstDraft));
  const [mode, setMode] = useState<BacktestForm['chosen']['mode']>(handed ? 'written' : 'in_force');
  const form: BacktestForm = {
    chosen: { mode, text, name: search.get('name') ?? '' },
    services: search.getAll('service'),
    days: periods.find((one) => String(one) === search.get('days')) ?? 30,
  };
  const set = (next: BacktestForm) => {
    setText(next.chosen.text);
    setMode(next.chosen.mode);
    const params = new URLSearchParams(next.services.map((key) => ['service', key]));
    if (next.chosen.name !== '') params.set('name', next.chosen.name);
    if (next.days !== 30) params.set('days', String(next.days));
    if (params.toString() !== search.toString())
      setSearch(params, { replace: true, preventScrollReset: true });
  };
  return [form, set];
}

function toldOf(text: string, written: ReturnType<typeof readTrigger>, refused: readonly Told[]): Told[] {
  if ('fault' in written) {
    const { fault, place } = written;
    return [{ ...{ path: '', code: 'refused', severity: 'error', message: fault }, place, fix: null }];
  }
  // The request has the trigger beside the rest; here it stands in a list.
  return refused.map((one) =>
    inDeclaration(text, { ...one, path: one.path.replace(/^\/trigger(?=\/|$)/, '/triggers/0') }),
  );
}
