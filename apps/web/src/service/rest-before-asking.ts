const restMs = 5_000;

/** Waits until a large answer is five seconds old; rejects as soon as nobody wants it any more. */
export function restBeforeAsking(answeredAt: number, signal: AbortSignal): Promise<void> {
  const left = answeredAt + restMs - Date.now();
  if (left <= 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, left);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
