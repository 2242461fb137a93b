/**
 * What Debian's azure-cli, 2.45.0, can't say in its help: it has no `containerapp`, and its `keyvault secret` ends with
 * "No module named 'azure.keyvault.v7_0'". So the options were read in the source, by hand, and nothing here runs them:
 *
 * - `containerapp`: Azure/azure-cli, src/azure-cli/azure/cli/command_modules/containerapp: commands.py at 53913bce (which
 *   function a command is), custom.py at 0227da3a (what the function takes), _params.py at 2f466538 (how that is spelt).
 * - `keyvault secret`: command_modules/keyvault, commands.py and _params.py as Debian's package has them.
 *
 * The words after `az` with every option that they take there, of whatever spelling.
 */
export const READ_IN_SOURCE: Readonly<Record<string, readonly string[]>> = {
  // list_certificates(name, resource_group_name, location, certificate, thumbprint, …)
  "containerapp env certificate list": [
    ...["--name", "-n", "--resource-group", "-g", "--location", "-l", "--certificate", "-c"],
    ...["--thumbprint", "-t", "--managed-certificates-only", "-m"],
    ...["--private-key-certificates-only", "-p"],
  ],
  // add_hostname(resource_group_name, name, hostname, location)
  "containerapp hostname add": [
    ...["--name", "-n", "--resource-group", "-g", "--hostname", "--location", "-l"],
  ],
  // bind_hostname(resource_group_name, name, hostname, thumbprint, certificate, location, environment, validation_method)
  "containerapp hostname bind": [
    ...["--name", "-n", "--resource-group", "-g", "--hostname", "--thumbprint", "-t"],
    ...["--certificate", "-c", "--location", "-l", "--environment", "-e"],
    ...["--validation-method", "-v"],
  ],
  // listexecution_containerappsjob(resource_group_name, name)
  "containerapp job execution list": ["--name", "-n", "--resource-group", "-g"],
  // start_containerappsjob(resource_group_name, name, image, …): what it would change of the job is left out here
  "containerapp job start": ["--name", "-n", "--resource-group", "-g"],
  // stream_containerapp_logs(resource_group_name, name, container, revision, replica, follow, tail, output_format, kind)
  "containerapp logs show": [
    ...["--name", "-n", "--resource-group", "-g", "--container", "--revision", "--replica"],
    ...["--follow", "--tail", "--format", "--type", "-t"],
  ],
  // list_revisions(name, resource_group_name, all)
  "containerapp revision list": ["--name", "-n", "--resource-group", "-g", "--all"],
  // restart_revision(resource_group_name, revision_name, name)
  "containerapp revision restart": ["--name", "-n", "--resource-group", "-g", "--revision"],
  // get_secret(vault_base_url, secret_name, secret_version)
  "keyvault secret show": ["--name", "-n", "--vault-name", "--version", "-v", "--id"],
};
