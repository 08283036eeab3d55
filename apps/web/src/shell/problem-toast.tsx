import { ApiError } from '@lastgood/api-client';
import { notifications } from '@mantine/notifications';
import { ProblemNote } from './problem-note.tsx';

/** What went wrong, in the words of the server's problem when it sent one. */
export function problemText(error: unknown): { title: string; detail: string } {
  if (error instanceof ApiError) {
    const { title, detail, errors = [] } = error.problem;
    const places = errors.map(({ path, message }) => `${path}: ${message}`);
    // The detail of what has several places is the first of them, and how many more there are.
    const isRepeated = errors.some(({ message }) => detail.includes(message));
    return { title, detail: (isRepeated ? places : [detail, ...places]).join('\n') };
  }
  // fetch says nothing more than that it failed; the cause is nearly always the way to the server.
  if (error instanceof TypeError) {
    return {
      title: 'Lastgood did not answer',
      detail: 'The server could not be reached. The page goes on trying.',
    };
  }
  return { title: 'That did not work', detail: error instanceof Error ? error.message : String(error) };
}

export function showProblem(error: unknown): void {
  const { title, detail } = problemText(error);
  notifications.show({
    id: `problem ${title} ${detail}`,
    title,
    message: <ProblemNote detail={detail} problem={error instanceof ApiError ? error.problem : null} />,
    color: 'red',
    autoClose: 20_000,
    withBorder: true,
    role: 'alert',
  });
}
