//! Schema and reference of the small language.

use super::super::{json_schema, markdown, to_string_pretty};
use super::Document;
use insta::assert_snapshot;

#[test]
fn schema_of_every_kind_of_part() {
    assert_snapshot!(to_string_pretty(&json_schema::<Document>("small language")), @r##"
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "small language",
      "$ref": "#/$defs/Document",
      "$defs": {
        "Document": {
          "description": "A small language.",
          "type": "object",
          "properties": {
            "scenario": {
              "title": "text",
              "type": [
                "string",
                "number",
                "boolean"
              ],
              "description": "What it is about. More of it."
            },
            "seed": {
              "title": "whole number",
              "type": [
                "integer",
                "string"
              ],
              "minimum": 0,
              "maximum": 18446744073709551615,
              "pattern": "^([0-9]+|0[xX][0-9a-fA-F]+)$",
              "description": "Start of all chance.",
              "default": 1
            },
            "connectors": {
              "type": "array",
              "items": {
                "$ref": "#/$defs/Connector"
              },
              "description": "Servers.",
              "default": []
            },
            "steps": {
              "type": "array",
              "items": {
                "$ref": "#/$defs/Step"
              },
              "description": "What happens, in order.",
              "default": []
            },
            "expect": {
              "type": "array",
              "items": {
                "$ref": "#/$defs/Expectation"
              },
              "description": "What must hold.",
              "default": []
            },
            "knobs": {
              "type": [
                "object",
                "null"
              ],
              "additionalProperties": {
                "$ref": "#/$defs/Minutes"
              },
              "description": "Free settings.",
              "default": {}
            }
          },
          "required": [
            "scenario"
          ],
          "additionalProperties": false
        },
        "Connector": {
          "description": "A server.",
          "type": "object",
          "properties": {
            "name": {
              "title": "text",
              "type": [
                "string",
                "number",
                "boolean"
              ],
              "description": "Name of the server."
            },
            "delegated": {
              "anyOf": [
                {
                  "title": "text",
                  "type": [
                    "string",
                    "number",
                    "boolean"
                  ]
                },
                {
                  "type": "array",
                  "items": {
                    "title": "text",
                    "type": [
                      "string",
                      "number",
                      "boolean"
                    ]
                  }
                }
              ],
              "description": "OUs it has rights on.",
              "default": []
            },
            "quota": {
              "title": "whole number",
              "type": [
                "integer",
                "string"
              ],
              "minimum": 0,
              "maximum": 255,
              "pattern": "^([0-9]+|0[xX][0-9a-fA-F]+)$",
              "description": "Computers it may create | at most.",
              "default": 10
            },
            "running": {
              "title": "`true` or `false`",
              "type": "boolean",
              "description": "Whether it runs.\n\nOne that does not run fetches no requests.",
              "default": true
            },
            "place": {
              "title": "text",
              "type": [
                "string",
                "number",
                "boolean"
              ],
              "description": "Where it stands."
            },
            "type": {
              "$ref": "#/$defs/Join",
              "description": "Its joins.",
              "default": "hybrid"
            }
          },
          "required": [
            "name"
          ],
          "additionalProperties": false
        },
        "Join": {
          "description": "How a device joins.",
          "oneOf": [
            {
              "const": "hybrid",
              "description": "To Active Directory and Entra."
            },
            {
              "const": "entra-only",
              "description": "To Entra only."
            }
          ]
        },
        "Step": {
          "description": "Something that happens.",
          "type": "object",
          "properties": {
            "at": {
              "$ref": "#/$defs/Minutes",
              "description": "When."
            },
            "do": {
              "$ref": "#/$defs/Action",
              "description": "What."
            }
          },
          "required": [
            "at",
            "do"
          ],
          "additionalProperties": false
        },
        "Minutes": {
          "title": "a time such as `5m`",
          "type": "string",
          "pattern": "^[0-9]+m$"
        },
        "Action": {
          "description": "What happens.",
          "type": "object",
          "properties": {
            "import": {
              "$ref": "#/$defs/Import",
              "description": "Imports devices."
            },
            "power-on": {
              "title": "text",
              "type": [
                "string",
                "number",
                "boolean"
              ],
              "description": "Turns devices on."
            },
            "sync": {
              "$ref": "#/$defs/Sync",
              "description": "Fetches what is new."
            }
          },
          "additionalProperties": false,
          "minProperties": 1,
          "maxProperties": 1
        },
        "Import": {
          "description": "Devices to import.",
          "type": "object",
          "properties": {
            "devices": {
              "title": "text",
              "type": [
                "string",
                "number",
                "boolean"
              ],
              "description": "Which."
            }
          },
          "required": [
            "devices"
          ],
          "additionalProperties": false
        },
        "Sync": {
          "description": "No settings.",
          "type": [
            "object",
            "null"
          ],
          "properties": {},
          "additionalProperties": false
        },
        "Expectation": {
          "description": "Something that must hold.",
          "type": "object",
          "properties": {
            "at": {
              "$ref": "#/$defs/Minutes",
              "description": "At that time."
            },
            "by": {
              "$ref": "#/$defs/Minutes",
              "description": "At some time until then."
            },
            "graph": {
              "$ref": "#/$defs/Graph",
              "description": "A Graph request."
            },
            "log": {
              "title": "text",
              "type": [
                "string",
                "number",
                "boolean"
              ],
              "description": "What a log says."
            }
          },
          "allOf": [
            {
              "oneOf": [
                {
                  "required": [
                    "at"
                  ]
                },
                {
                  "required": [
                    "by"
                  ]
                },
                {
                  "not": {
                    "anyOf": [
                      {
                        "required": [
                          "at"
                        ]
                      },
                      {
                        "required": [
                          "by"
                        ]
                      }
                    ]
                  }
                }
              ]
            },
            {
              "oneOf": [
                {
                  "required": [
                    "graph"
                  ]
                },
                {
                  "required": [
                    "log"
                  ]
                }
              ]
            }
          ],
          "additionalProperties": false
        },
        "Graph": {
          "description": "A request.",
          "type": "object",
          "properties": {
            "get": {
              "title": "text",
              "type": [
                "string",
                "number",
                "boolean"
              ],
              "description": "Its path."
            },
            "count": {
              "title": "whole number",
              "type": [
                "integer",
                "string"
              ],
              "minimum": 0,
              "maximum": 4294967295,
              "pattern": "^([0-9]+|0[xX][0-9a-fA-F]+)$",
              "description": "How many objects it gives."
            },
            "body": {
              "title": "any JSON",
              "description": "What is sent."
            }
          },
          "required": [
            "get"
          ],
          "additionalProperties": false
        }
      }
    }
    "##);
}

#[test]
fn reference_of_every_kind_of_part() {
    assert_snapshot!(markdown(&json_schema::<Document>("small language"), 2), @r#"
    ## Document

    A small language.

    | key | type | default | meaning |
    |---|---|---|---|
    | `scenario` | text | required | What it is about. More of it. |
    | `seed` | whole number | `1` | Start of all chance. |
    | `connectors` | list of [Connector](#connector) | `[]` | Servers. |
    | `steps` | list of [Step](#step) | `[]` | What happens, in order. |
    | `expect` | list of [Expectation](#expectation) | `[]` | What must hold. |
    | `knobs` | map from names to [Minutes](#minutes) | `{}` | Free settings. |

    ## Connector

    A server.

    | key | type | default | meaning |
    |---|---|---|---|
    | `name` | text | required | Name of the server. |
    | `delegated` | text, one or a list | `[]` | OUs it has rights on. |
    | `quota` | whole number | `10` | Computers it may create \| at most. |
    | `running` | `true` or `false` | `true` | Whether it runs. One that does not run fetches no requests. |
    | `place` | text | – | Where it stands. |
    | `type` | [Join](#join) | `hybrid` | Its joins. |

    ## Join

    How a device joins.

    | word | meaning |
    |---|---|
    | `hybrid` | To Active Directory and Entra. |
    | `entra-only` | To Entra only. |

    ## Step

    Something that happens.

    | key | type | default | meaning |
    |---|---|---|---|
    | `at` | [Minutes](#minutes) | required | When. |
    | `do` | [Action](#action) | required | What. |

    ## Minutes

    Written as a time such as `5m`.

    ## Action

    What happens.

    Exactly one of these keys:

    | key | type | meaning |
    |---|---|---|
    | `import` | [Import](#import) | Imports devices. |
    | `power-on` | text | Turns devices on. |
    | `sync` | [Sync](#sync) | Fetches what is new. |

    ## Import

    Devices to import.

    | key | type | default | meaning |
    |---|---|---|---|
    | `devices` | text | required | Which. |

    ## Sync

    No settings.

    No keys.

    ## Expectation

    Something that must hold.

    | key | type | default | meaning |
    |---|---|---|---|
    | `at` | [Minutes](#minutes) | at most one: this or `by` | At that time. |
    | `by` | [Minutes](#minutes) | at most one: this or `at` | At some time until then. |
    | `graph` | [Graph](#graph) | exactly one: this or `log` | A Graph request. |
    | `log` | text | exactly one: this or `graph` | What a log says. |

    ## Graph

    A request.

    | key | type | default | meaning |
    |---|---|---|---|
    | `get` | text | required | Its path. |
    | `count` | whole number | – | How many objects it gives. |
    | `body` | any JSON | – | What is sent. |
    "#);
}
