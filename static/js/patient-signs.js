/* What in a note may point to a patient: read by guard.js in the browser and, as it stands, by netcard/contacts/guard.py.
   What is exported is JSON. Patterns are the common ground of both regular expression engines, over text in NFKC: no \b
   and no \w (they differ beyond ASCII), no look-behind (older Safari). `{name}` stands for a part. The words found are the
   first group; `unless` clears them by what stands before, `check` by their digits. */

export default {
  "parts": {
    "begin": "(?:^|[^0-9A-Za-z\\u00C0-\\u024F])",
    "end": "(?![0-9A-Za-z\\u00C0-\\u024F])",
    "big": "[A-Z\\u00C0-\\u00DE\\u0100\\u0106\\u010C\\u0141\\u015A\\u0160\\u0179\\u017B\\u017D]",
    "small": "[a-z\\u00DF-\\u00FF\\u0101-\\u024F'\\u2019]",
    "name": "{big}{small}+(?:-{big}{small}+)?",
    "to": "(?:[ :#.,=/\\u00BA\\u00B0-]|(?:no|nr|num|number|nummer|n)(?=[ :#.\\u00BA\\u00B0])|is|ist|was){0,8}",
    "number": "(?=[^ ]{0,4}[0-9])(?:[A-Za-z]{1,3}[ -]?)?[0-9](?:[0-9./-]| (?=[0-9])){2,}(?:[A-Za-z]{1,2}(?![A-Za-z]))?",
    "day": "(?:[0-9]{1,2}[./-] ?[0-9]{1,2}[./-] ?(?:(?:18|19|20)[0-9]{2}|[0-9]{2})|(?:18|19|20)[0-9]{2}[./-][0-9]{1,2}[./-][0-9]{1,2}|[0-9]{1,2}(?:st|nd|rd|th|\\.|er)? ?(?:of |de )?[A-Za-z\\u00C0-\\u024F]{3,10}\\.?,? ?(?:de )?(?:19|20)[0-9]{2}|[A-Z][a-z]{2,8} [0-9]{1,2}(?:st|nd|rd|th)?,? (?:19|20)[0-9]{2})",
    "pastday": "(?:[0-9]{1,2}[./-] ?[0-9]{1,2}[./-] ?(?:19[0-9]{2}|20[01][0-9])|(?:19[0-9]{2}|20[01][0-9])-[0-9]{1,2}-[0-9]{1,2})",
    "patient": "(?:[Pp]atient(?:in|e|en)?|[Pp]a[cz]iente|[Pp]ati\\u00EBnt|[Pp]asient(?:en)?|[Pp]acjentk?[a\\u0105\\u0119]?|[Pp]t)",
    "age": "(?:(?:[0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[ -]?(?:years?|yrs?|months?|mos?|weeks?|days?)[ -]?(?:old|of age)|[0-9]{1,3} ?(?:yo|y/o|y\\.o\\.|yr/o)|[0-9]{1,3}[ -]?(?:j\\u00E4hrige?[rnms]?|monatige?[rnms]?)|[0-9]{1,3} (?:Jahre|Monate) alte?[rnms]?|(?:\\u00E2g\\u00E9e? )?de [0-9]{1,3} (?:ans|mois|a\\u00F1os|anos|meses)|di [0-9]{1,3} (?:anni|mesi)|[0-9]{1,3}[ -]?\\u00E5rig[et]?)",
    "grown": "(?! ?-?(?:[a-z]+ )?(?:[Rr]esident|[Ff]ellow|surgeon|doctor|physician|consultant|attending|colleague|professor|student|postdoc|researcher|nurse|company|start-?up|society|journal|registry|hospital|clinic|department|program|study|trial|data|cohort|technique|method|device|implant|paper|unit|cent(?:re|er)|field|school|institut|tradition|project|follow|question|son|daughter|Kollege|Kollegin|Assistenz|Ober\\u00E4rzt|\\u00C4rzt|Arzt|Sohn|Tochter))",
    "bed": "(?:[Rr]oom|[Rr]m|[Bb]ed|[Ww]ard|[Bb]ay|Zimmer|Zi\\.|Bett|Station|[Cc]hambre|[Ll]it|[Hh]abitaci\\u00F3n|[Cc]ama|[Ss]tanza|[Ll]etto|[Kk]amer|[Qq]uarto) ?(?:no\\.?|nr\\.?|#|n\\u00BA|n\\u00B0)? ?[A-Z]?[0-9]{1,4}[A-Za-z]?",
    "small words": "(?:,? ?(?:in|im|from|on|at|of|with|auf|aus|in der|dans|en|la|le|de|della|nella|a) ){0,2}"
  },
  "advice": {
    "number": "Leave out numbers.",
    "birth": "Leave out the date of birth.",
    "name": "Leave out names and initials.",
    "age": "Leave out age, place and room."
  },
  "signs": [
    {
      "advice": "number",
      "caseless": true,
      "pattern": "{begin}((?:MRN|NHC|IPP|PESEL|BSN|SVNR|CPR|UR|URN|(?:medical |patient |health |hospital )record|(?:record|hospital|patient|chart|admission|encounter|accession|NHS|CHI|medicare|medicaid|social security)(?:['\\u2019]s)? ?(?=no|nr|num|n\\u00B0|#|id)(?:id)?|patient ?id|pat\\.?-? ?(?:id|nr)|(?:Fall|Patienten|Aufnahme|Kranken(?:akten)?|Akten|Versicherten|Sozialversicherungs|Pati\\u00EBnt|Dossier|Person|F\\u00F8dsels|Journal|Cpr)-?(?:en)?(?:nummer|nr)|Fall-Nr|num\\u00E9ro de (?:dossier|s\\u00E9curit\\u00E9 sociale)|dossier ?(?=n[r\u00B0\u00BAo])|historia cl\\u00EDnica|cartella clinica|codice fiscale|tessera sanitaria|prontu\\u00E1rio|processo cl\\u00EDnico|dosya|numer historii choroby){to} ?{number})"
    },
    {
      "advice": "number",
      "pattern": "((?:\\u75C5\\u5386\\u53F7|\\u4F4F\\u9662\\u53F7|\\u60A3\\u8005\\u756A\\u53F7|\\u30AB\\u30EB\\u30C6\\u756A\\u53F7|\\u0631\\u0642\\u0645 \\u0627\\u0644\\u0645\\u0644\\u0641|\\u0631\\u0642\\u0645 \\u0627\\u0644\\u0645\\u0631\\u064A\\u0636)[ :]*[0-9\\u0660-\\u0669]{3,})"
    },
    {
      "advice": "number",
      "pattern": "(?:^|[^0-9A-Za-z-])((?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4})(?![0-9-])"
    },
    {
      "advice": "number",
      "pattern": "(?:^|[^0-9A-Za-z+()./-]|[^0-9A-Za-z+()./-] )([0-9]{3} [0-9]{3} [0-9]{4}|[0-9]{10})(?! ?[0-9]|[/.-][0-9])",
      "check": "nhs",
      "unless": "(?:[+(0-9)]|tel|phone|telefon|mobile|mob|cell|call|ring|text|fax|whatsapp|signal|pmid|isbn|doi|grant|invoice|order)[a-z]*(?: (?:is|at|on|him|her|them|me))*[ .:]*$"
    },
    {
      "advice": "number",
      "pattern": "(?:^|[^0-9A-Za-z+/-])((?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}-[0-9]{4}|(?:19|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[-+][0-9]{4}|[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z])(?![0-9A-Za-z-])",
      "unless": "(?:\\+|tel|phone|telefon|mobile|cell|call|fax)[a-z]*[ .:]*$"
    },
    {
      "advice": "birth",
      "caseless": true,
      "pattern": "{begin}((?:born(?: on)?|d\\.? ?o\\.? ?b\\.?|date of birth|birth ?dates?|birthday|geb\\.?|geboren(?: am)?|geburtsdatum|geburtstag|n\\u00E9e?(?:\\(e\\))?(?: le)?|ddn|(?:date de )?naissance|nacid[oa](?: el)?|fecha de nacimiento|nat[oa](?: il)?|data di nascita|nascid[oa](?: em)?|data de nascimento|f\\u00F6dd|f\\u00F8dt|f\\u00F8dselsdato|geboortedatum|urodzon[ya]|do\\u011Fum)[ :.,=-]{0,4}(?:is |was |am |den )?{day}){end}"
    },
    {
      "advice": "birth",
      "pattern": "{begin}({name}(?:,? {name}){0,2},? ?\\*? ?{big}?\\.?,? ?\\(?\\* ?{day})"
    },
    {
      "advice": "birth",
      "pattern": "{begin}((?!(?:Congress|Conference|Meeting|Journal|Vienna|Boston|London|Paris|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Since|On|From|Until|Before|After|By|The|Poster|Lecture|Talk|Slide) )(?:{name}|[A-Z]\\.),? (?:{name}|[A-Z]\\.),? ?\\(?{pastday}){end}",
      "unless": "(?:congress|conference|meeting|symposium|journal|lecture|since|founded) ?[a-z]* ?$"
    },
    {
      "advice": "age",
      "pattern": "{begin}({patient}{small words}(?:,? ?(?:the|our|der|dem) )?,? ?{bed}){end}"
    },
    {
      "advice": "age",
      "pattern": "{begin}((?:{bed}),? ?{bed}){end}"
    },
    {
      "advice": "age",
      "pattern": "{begin}((?:{patient},? ?(?:(?:is|was|who is|who was|aged|ist|an?|a girl of|a boy of|f|m|[(]) ?)*{age}(?!s)|(?:[Pp]atient(?:in)?),? (?:is |was )?(?:aged|age) [0-9]{1,3}(?! ?(?:-|to|and|or|\\u2013|[0-9]))))",
      "unless": "patients?,? $"
    },
    {
      "advice": "age",
      "pattern": "{begin}({age}(?!s)[ -](?:[a-z]+ ){0,2}[Pp]atient(?:in)?){end}"
    },
    {
      "advice": "age",
      "pattern": "{begin}({age}(?!s){grown}[^.;!?\\n]{0,40}? (?:from|aus|near|in|de|da|fra) (?!January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Januar|Februar|M\\u00E4rz|Mai|Juni|Juli|Oktober|Dezember|English|German|French|Spanish|OR{end}|ICU{end}|Phase|Table|Figure|Session|Hall|Room|Paper){big}{small}+(?:[, ]{1,2}{bed})?){end}",
      "unless": "(?:her|his|their|my|your|our|ha(?:s|ve) an?)(?: own)? $"
    },
    {
      "advice": "age",
      "pattern": "{begin}((?!.{0,60}(?:[Ss]on|[Dd]aughter|[Kk]id)){age}(?!s){grown}[^.;!?\\n]{0,40}?{bed}){end}"
    },
    {
      "advice": "name",
      "pattern": "{begin}({patient}(?:['\\u2019]s)?(?: name(?: is|:)?| called| named| namens|,? (?:Mr|Mrs|Ms|Miss|Herr|Frau|Mme|Sr|Sra|Sig|Sig\\.ra)\\.?) {name}(?: {name})?)"
    },
    {
      "advice": "name",
      "pattern": "{begin}((?:{patient})[,:]? (?!(?:I|We|You|They|The|This|That|Day|Safety|Reported|Education|Advoca[a-z]+|Experience|Care|Cent[a-z]+|Partner[a-z]*|Organi[a-z]+|Registr[a-z]+|Register|Involve[a-z]+|Associa[a-z]+|Group|Groups|Foundation|Society|Societ[a-z]+|Outcome[a-z]*|Journal|Information|Access|Selection|Satisfaction|Engage[a-z]+|Support|Voice[a-z]*|Data|Flow|Portal|Journey|Rights|Health|Handbook|Summit|Congress|Forum|Network|Panel|Board|Council|Survey|Session|Track|Recruit[a-z]+|Blood|Quality|Perspective[a-z]*|Preference[a-z]*|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday){end}){name}(?: {name})?{end})",
      "unless": "(?:each|every|per|no|any|this|that|one|first|next|last|same|many|for|jeder|jede|pro|kein) $"
    },
    {
      "advice": "name",
      "pattern": "{begin}({patient}[,:]? (?:{big}\\. ?{big}\\.?(?: ?{big}\\.?)?|{big}\\. ?{name}|(?!ID|QI|AI|VR|AR|XR|UK|US|EU|CT|MR|PR|IT|HR|QA|BP|PD|IO|OR|ED|GP|PT|OT|ER|NI|NO){big}{big})){end}"
    },
    {
      "advice": "name",
      "pattern": "{begin}({name}(?: {name})?,? (?:who is |was |is )?(?:a |my |our |the |eine? |meine? )?(?:{age}|[0-9]{1,2} ?[mfMF]|[mfMF] ?[0-9]{1,2}),? ?(?:[a-z]+ ){0,2}(?:from|aus|room|bed|ward|MRN|Zimmer|Bett))"
    }
  ]
};
