import { spawnSync } from "node:child_process";

/** How a program is kept from writing anything, as a user without rights. */
export type Confinement = {
  readonly words: string;
  /** What goes before the program and its arguments. */
  readonly before: readonly string[];
};

// As root, in a namespace of its own: what there is becomes read-only, which is tried, then root is given up.
const READ_ONLY = `
set -e
mount --options remount,bind,ro /
mount=$(findmnt --noheadings --output TARGET --target "$0")
[ "$mount" = / ] || mount --options remount,bind,ro "$mount"
if touch "$0/written" 2>/dev/null; then echo "The file system can be written to." >&2; exit 97; fi
exec "$@"
`;

/**
 * As much as this machine allows. With root and namespaces: a file system that root can't write to either. With root
 * alone: a tree of root's. Without: the user is whoever runs the test. `user` is `uid:gid`, `folder` what must not be
 * written to.
 */
export function confinement(user: string, folder: string): Confinement {
  if (process.getuid?.() !== 0) return { words: "as the user of the tests", before: [] };
  const [uid, gid] = user.split(":");
  const asUser = [
    "setpriv",
    `--reuid=${uid ?? ""}`,
    `--regid=${gid ?? ""}`,
    "--clear-groups",
    "--no-new-privs",
    "--bounding-set=-all",
  ];
  const readOnly = ["unshare", "--mount", "sh", "-c", READ_ONLY, folder];
  const tried = spawnSync("sh", ["-c", 'exec "$0" "$@"', ...readOnly, "true"], { timeout: 10_000 });
  if (tried.status === 0) {
    const words = `as user ${user}, without capabilities, on a read-only file system`;
    return { words, before: [...readOnly, ...asUser] };
  }
  return { words: `as user ${user}, without capabilities, in a tree of root's`, before: asUser };
}
