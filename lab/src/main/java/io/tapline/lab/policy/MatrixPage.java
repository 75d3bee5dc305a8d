// SPDX-License-Identifier: Apache-2.0
package io.tapline.lab.policy;

import java.io.PrintWriter;

/** A matrix as a web page that needs nothing else. */
final class MatrixPage {
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>Who can reach whom</title>
            <style>
            body { font: 14px sans-serif; margin: 2em; }
            table { border-collapse: collapse; margin-bottom: 2em; }
            th, td { border: 1px solid #bbb; padding: 2px 6px; text-align: left; font-weight: normal; }
            thead th { writing-mode: vertical-rl; }
            td { text-align: center; }
            td.yes { background: #cfe8cf; }
            td.no { background: #f2c4c4; }
            </style>
            </head>
            <body>
            <h1>Who can reach whom</h1>
            <p>Rows: from. Columns: to. A dot is allowed, an X is dropped, a dash is not probed, a tilde depends on
            the pod behind the service.</p>
            """;

    private MatrixPage() {}

    static void print(Reachability reached, PrintWriter out) {
        out.print(HEAD);
        reached.rows().forEach((probe, rows) -> {
            out.println("<h2>" + escaped(probe) + "</h2>");
            out.println("<table>\n<thead><tr><th></th>");
            reached.columns(probe).forEach(pod -> out.println("<th>" + escaped(pod) + "</th>"));
            out.println("</tr></thead>\n<tbody>");
            rows.forEach((pod, row) -> {
                out.print("<tr><th>" + escaped(pod) + "</th>");
                for (int i = 0; i < row.length(); i++) {
                    out.print(cell(
                            row.charAt(i), pod + " to " + reached.columns(probe).get(i)));
                }
                out.println("</tr>");
            });
            out.println("</tbody>\n</table>");
        });
        out.println("</body>\n</html>");
    }

    private static String cell(char verdict, String title) {
        String style = switch (verdict) {
            case '.' -> "yes";
            case 'X' -> "no";
            default -> "none";
        };
        return "<td class=\"" + style + "\" title=\"" + escaped(title) + "\">" + verdict + "</td>";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
