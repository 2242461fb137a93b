import {
  denialSentence,
  freezeEverythingSentence,
  noApprovalSentence,
  noHistorySentence,
  noRevocationSentence,
  noRulesSentence,
  registriesText,
} from "./answer-wording.ts";
import {
  adoptionSentence,
  cancelSentence,
  changeRefusalSentence,
  endSentenceFor,
  freezeSentence,
  MISSING,
} from "./change-wording.ts";
import { CLICKED } from "./click-wording.ts";
import {
  ADMISSION,
  IN_PUBLIC,
  STORE_UNAVAILABLE,
  TOO_MUCH,
  unknownSentence,
} from "./door-wording.ts";
import { emergencyRefusalSentence } from "./emergency-wording.ts";
import { LINKS, linksRefusedSentence } from "./proof-wording.ts";
import { untilSentence } from "./until-wording.ts";
import { askRefusalSentence, decisionRefusalSentence, HELP, malformedSentence } from "./wording.ts";

/** Every sentence that answers a message or a click, in English; those of cards stand beside them. */
export const ANSWERS = {
  help: HELP,
  admission: ADMISSION,
  inPublic: IN_PUBLIC,
  tooMuch: TOO_MUCH,
  storeUnavailable: STORE_UNAVAILABLE,
  unknown: unknownSentence,
  malformed: malformedSentence,
  until: untilSentence,
  missing: MISSING,
  clicked: CLICKED,
  links: LINKS,
  linksRefused: linksRefusedSentence,
  askRefused: askRefusalSentence,
  changeRefused: changeRefusalSentence,
  decisionRefused: decisionRefusalSentence,
  emergencyRefused: emergencyRefusalSentence,
  adoption: adoptionSentence,
  cancelled: cancelSentence,
  ending: endSentenceFor,
  frozen: freezeSentence,
  everythingFrozen: freezeEverythingSentence,
  denial: denialSentence,
  registries: registriesText,
  noApproval: noApprovalSentence,
  noHistory: noHistorySentence,
  noRevocation: noRevocationSentence,
  noRules: noRulesSentence,
};
