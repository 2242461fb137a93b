// Of the image's HEALTHCHECK: 0 when the process beside it says that it can work, which a bare image has no curl to ask.
const port = process.env.OPERATIONS_PORT || "3979";
const signal = AbortSignal.timeout(4_000);
try {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal });
  process.stdout.write(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  process.stdout.write(`No answer from port ${port}: ${String(error)}`);
  process.exitCode = 1;
}
