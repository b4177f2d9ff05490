<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>Actions</name>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation>Dateien öffnen …</translation>
    </message>
    <message>
        <source>Open sample studies</source>
        <translation>Beispielstudien öffnen</translation>
    </message>
    <message>
        <source>Search studies</source>
        <translation>Studien suchen</translation>
    </message>
    <message>
        <source>Close all studies</source>
        <translation>Alle Studien schließen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Previous slice</source>
        <translation>Vorige Schicht</translation>
    </message>
    <message>
        <source>Next slice</source>
        <translation>Nächste Schicht</translation>
    </message>
    <message>
        <source>Ten slices back</source>
        <translation>Zehn Schichten zurück</translation>
    </message>
    <message>
        <source>Ten slices on</source>
        <translation>Zehn Schichten weiter</translation>
    </message>
    <message>
        <source>First slice</source>
        <translation>Erste Schicht</translation>
    </message>
    <message>
        <source>Last slice</source>
        <translation>Letzte Schicht</translation>
    </message>
    <message>
        <source>Previous series</source>
        <translation>Vorige Serie</translation>
    </message>
    <message>
        <source>Next series</source>
        <translation>Nächste Serie</translation>
    </message>
    <message>
        <source>Window/level</source>
        <translation>Fenster/Level</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Scroll</source>
        <translation>Blättern</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>Invertieren</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>Nach rechts drehen</translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation>Nach links drehen</translation>
    </message>
    <message>
        <source>Flip left-right</source>
        <translation>Links-rechts spiegeln</translation>
    </message>
    <message>
        <source>Flip top-bottom</source>
        <translation>Oben-unten spiegeln</translation>
    </message>
    <message>
        <source>Reset view</source>
        <translation>Ansicht zurücksetzen</translation>
    </message>
    <message>
        <source>Text overlay: full, brief, off</source>
        <translation>Bildtexte: alle, wenige, keine</translation>
    </message>
    <message>
        <source>Key image</source>
        <translation>Schlüsselbild</translation>
    </message>
    <message>
        <source>Copy image</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Automatic window</source>
        <translation>Automatisches Fenster</translation>
    </message>
    <message>
        <source>Window 1</source>
        <translation>Fenster 1</translation>
    </message>
    <message>
        <source>Window 2</source>
        <translation>Fenster 2</translation>
    </message>
    <message>
        <source>Window 3</source>
        <translation>Fenster 3</translation>
    </message>
    <message>
        <source>Window 4</source>
        <translation>Fenster 4</translation>
    </message>
    <message>
        <source>Window 5</source>
        <translation>Fenster 5</translation>
    </message>
    <message>
        <source>Window 6</source>
        <translation>Fenster 6</translation>
    </message>
    <message>
        <source>Window 7</source>
        <translation>Fenster 7</translation>
    </message>
    <message>
        <source>Window 8</source>
        <translation>Fenster 8</translation>
    </message>
    <message>
        <source>Window 9</source>
        <translation>Fenster 9</translation>
    </message>
    <message>
        <source>Save this window as a preset…</source>
        <translation>Dieses Fenster als Voreinstellung speichern …</translation>
    </message>
    <message>
        <source>Heatmap</source>
        <translation>Heatmap</translation>
    </message>
    <message>
        <source>Heatmap fainter</source>
        <translation>Heatmap schwächer</translation>
    </message>
    <message>
        <source>Heatmap stronger</source>
        <translation>Heatmap stärker</translation>
    </message>
    <message>
        <source>Next flagged slice</source>
        <translation>Nächste markierte Schicht</translation>
    </message>
    <message>
        <source>Previous flagged slice</source>
        <translation>Vorige markierte Schicht</translation>
    </message>
    <message>
        <source>Agree</source>
        <translation>Stimmt</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>Disagree</source>
        <translation>Falsch</translation>
    </message>
    <message>
        <source>Analyse this study</source>
        <translation>Diese Studie analysieren</translation>
    </message>
    <message>
        <source>Analyse when a study opens</source>
        <translation>Beim Öffnen einer Studie analysieren</translation>
    </message>
    <message>
        <source>Export report as PDF…</source>
        <translation>Bericht als PDF exportieren …</translation>
    </message>
    <message>
        <source>Export analysis as JSON…</source>
        <translation>Analyse als JSON exportieren …</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Studies</source>
        <translation>Studien</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>Dark or light</source>
        <translation>Dunkel oder hell</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>Tasten und Maus</translation>
    </message>
    <message>
        <source>Documentation</source>
        <translation>Dokumentation</translation>
    </message>
    <message>
        <source>About Residua</source>
        <translation>Über Residua</translation>
    </message>
    <message>
        <source>Delete stored thumbnails</source>
        <translation>Gespeicherte Vorschaubilder löschen</translation>
    </message>
    <message>
        <source>Reader&apos;s name…</source>
        <translation>Name des Befundenden …</translation>
    </message>
    <message>
        <source>DICOM header…</source>
        <translation>DICOM-Kopfdaten …</translation>
    </message>
    <message>
        <source>Library…</source>
        <translation>Bibliothek …</translation>
    </message>
    <message>
        <source>Play the slices</source>
        <translation>Schichten abspielen</translation>
    </message>
    <message>
        <source>Play slower</source>
        <translation>Langsamer abspielen</translation>
    </message>
    <message>
        <source>Play faster</source>
        <translation>Schneller abspielen</translation>
    </message>
    <message>
        <source>The file&apos;s overlays and shutter</source>
        <translation>Overlays und Blende der Datei</translation>
    </message>
</context>
<context>
    <name>residua::CinePresenter</name>
    <message>
        <source>One image alone cannot be played</source>
        <translation>Ein einzelnes Bild lässt sich nicht abspielen</translation>
    </message>
    <message>
        <source>%1 frames/s, from the file</source>
        <translation>%1 Bilder/s, aus der Datei</translation>
    </message>
    <message>
        <source>%1 frames/s, the file names no rate</source>
        <translation>%1 Bilder/s, die Datei nennt keine Rate</translation>
    </message>
    <message>
        <source>%1 frames/s, as set with , and .</source>
        <translation>%1 Bilder/s, mit , und . eingestellt</translation>
    </message>
</context>
<context>
    <name>CornerText</name>
    <message>
        <source>Series %1</source>
        <translation>Serie %1</translation>
    </message>
    <message>
        <source>Image %1 / %2</source>
        <translation>Bild %1 / %2</translation>
    </message>
    <message>
        <source>Position %1 mm</source>
        <translation>Position %1 mm</translation>
    </message>
    <message>
        <source>thickness %1 mm</source>
        <translation>Dicke %1 mm</translation>
    </message>
    <message>
        <source>TE %1 ms</source>
        <translation>TE %1 ms</translation>
    </message>
    <message>
        <source>b %1 s/mm²</source>
        <translation>b %1 s/mm²</translation>
    </message>
    <message>
        <source>C %1 · W %2</source>
        <translation>C %1 · W %2</translation>
    </message>
    <message>
        <source>VOI LUT</source>
        <translation>VOI-LUT</translation>
    </message>
    <message>
        <source>VOI LUT · %1</source>
        <translation>VOI-LUT · %1</translation>
    </message>
    <message>
        <source>Overlay and shutter</source>
        <translation>Overlay und Blende</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>Overlay</translation>
    </message>
    <message>
        <source>Shutter</source>
        <translation>Blende</translation>
    </message>
    <message>
        <source>%1 (hidden)</source>
        <translation>%1 (ausgeblendet)</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>ZIP archives</source>
        <translation>ZIP-Archive</translation>
    </message>
    <message>
        <source>Open a folder of studies</source>
        <translation>Einen Ordner mit Studien öffnen</translation>
    </message>
    <message>
        <source>Open images</source>
        <translation>Bilder öffnen</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
    <message>
        <source>DICOM files</source>
        <translation>DICOM-Dateien</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>NIfTI volumes</source>
        <translation>NIfTI-Volumen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
</context>
<context>
    <name>Heatmap</name>
    <message>
        <source>score for %1 %2 · logit %3</source>
        <translation>Score für %1 %2 · Logit %3</translation>
    </message>
    <message>
        <source>evidence in logits</source>
        <translation>Evidenz in Logits</translation>
    </message>
</context>
<context>
    <name>Length</name>
    <message>
        <source>at the detector</source>
        <translation>am Detektor</translation>
    </message>
    <message>
        <source>magnification-corrected</source>
        <translation>vergrößerungskorrigiert</translation>
    </message>
    <message>
        <source>calibrated</source>
        <translation>kalibriert</translation>
    </message>
</context>
<context>
    <name>LibraryListing</name>
    <message>
        <source>agreed: %1</source>
        <translation>zugestimmt: %1</translation>
    </message>
    <message>
        <source>disagreed: %1</source>
        <translation>widersprochen: %1</translation>
    </message>
    <message>
        <source>unsure: %1</source>
        <translation>unsicher: %1</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
</context>
<context>
    <name>ProblemText</name>
    <message>
        <source>The file does not exist.</source>
        <translation>Die Datei gibt es nicht.</translation>
    </message>
    <message>
        <source>Check the path, or whether the disk that held it is connected.</source>
        <translation>Den Pfad prüfen, oder ob der Datenträger angeschlossen ist.</translation>
    </message>
    <message>
        <source>The file cannot be read.</source>
        <translation>Die Datei lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>Check its permissions, or copy it to this computer and try again.</source>
        <translation>Die Rechte prüfen, oder die Datei auf diesen Rechner kopieren und es noch einmal versuchen.</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>Die Datei ist leer.</translation>
    </message>
    <message>
        <source>Copy or export it again from where it came.</source>
        <translation>Noch einmal von dort kopieren oder exportieren, woher sie kam.</translation>
    </message>
    <message>
        <source>The file is larger than Residua reads.</source>
        <translation>Die Datei ist größer, als Residua sie liest.</translation>
    </message>
    <message>
        <source>Export the study in smaller files.</source>
        <translation>Die Studie in kleineren Dateien exportieren.</translation>
    </message>
    <message>
        <source>The file has changed since it was opened.</source>
        <translation>Die Datei hat sich geändert, seit sie geöffnet wurde.</translation>
    </message>
    <message>
        <source>Wait until it has been copied completely, then open it again.</source>
        <translation>Warten, bis sie ganz kopiert ist, dann noch einmal öffnen.</translation>
    </message>
    <message>
        <source>This is no DICOM file, no picture and no NIfTI volume.</source>
        <translation>Dies ist keine DICOM-Datei, kein Bild und kein NIfTI-Volumen.</translation>
    </message>
    <message>
        <source>Open the study&apos;s DICOM files or their folder.</source>
        <translation>Die DICOM-Dateien der Studie oder ihren Ordner öffnen.</translation>
    </message>
    <message>
        <source>There is no space left where the file was to be written.</source>
        <translation>Wo die Datei hin sollte, ist kein Platz mehr.</translation>
    </message>
    <message>
        <source>Free some space or choose another place, then try again; nothing half-written was left.</source>
        <translation>Platz schaffen oder einen anderen Ort wählen, dann noch einmal versuchen; nichts Halbes ist liegen geblieben.</translation>
    </message>
    <message>
        <source>The file cannot be written.</source>
        <translation>Die Datei lässt sich nicht schreiben.</translation>
    </message>
    <message>
        <source>Check the folder&apos;s permissions or choose another place.</source>
        <translation>Die Rechte des Ordners prüfen oder einen anderen Ort wählen.</translation>
    </message>
    <message>
        <source>The folder cannot be read.</source>
        <translation>Der Ordner lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>Ask its owner for the right to read it.</source>
        <translation>Den Besitzer um das Leserecht bitten.</translation>
    </message>
    <message>
        <source>The ZIP archive, or a file in it, cannot be unpacked.</source>
        <translation>Das ZIP-Archiv oder eine Datei darin lässt sich nicht entpacken.</translation>
    </message>
    <message>
        <source>Copy it again, or unpack it with another program and open the folder.</source>
        <translation>Noch einmal kopieren, oder mit einem anderen Programm entpacken und den Ordner öffnen.</translation>
    </message>
    <message>
        <source>The ZIP archive holds files whose names lead out of it.</source>
        <translation>Das ZIP-Archiv enthält Dateien, deren Namen aus ihm hinausführen.</translation>
    </message>
    <message>
        <source>Do not trust it; its other files were read, these were left out.</source>
        <translation>Vorsicht mit diesem Archiv; die anderen Dateien wurden gelesen, diese ausgelassen.</translation>
    </message>
    <message>
        <source>The ZIP archive is encrypted.</source>
        <translation>Das ZIP-Archiv ist verschlüsselt.</translation>
    </message>
    <message>
        <source>Open it again and give its password.</source>
        <translation>Noch einmal öffnen und das Kennwort angeben.</translation>
    </message>
    <message>
        <source>The password does not open the ZIP archive.</source>
        <translation>Das Kennwort öffnet das ZIP-Archiv nicht.</translation>
    </message>
    <message>
        <source>Check capital letters and the keyboard, then open it again.</source>
        <translation>Großschreibung und Tastatur prüfen, dann noch einmal öffnen.</translation>
    </message>
    <message>
        <source>The DICOM file ends in the middle.</source>
        <translation>Die DICOM-Datei endet mittendrin.</translation>
    </message>
    <message>
        <source>Copy or export it again: a transfer was probably cut off.</source>
        <translation>Noch einmal kopieren oder exportieren: Vermutlich riss eine Übertragung ab.</translation>
    </message>
    <message>
        <source>The DICOM file declares more data than it holds.</source>
        <translation>Die DICOM-Datei kündigt mehr Daten an, als sie enthält.</translation>
    </message>
    <message>
        <source>Export it again from its source; this copy is damaged.</source>
        <translation>Noch einmal von der Quelle exportieren; diese Kopie ist beschädigt.</translation>
    </message>
    <message>
        <source>The DICOM file nests its sequences too deeply.</source>
        <translation>Die DICOM-Datei verschachtelt ihre Sequenzen zu tief.</translation>
    </message>
    <message>
        <source>Do not trust this file; ask its sender for a clean export.</source>
        <translation>Dieser Datei nicht trauen; den Absender um einen sauberen Export bitten.</translation>
    </message>
    <message>
        <source>The file&apos;s bytes are not readable as DICOM.</source>
        <translation>Die Bytes der Datei lassen sich nicht als DICOM lesen.</translation>
    </message>
    <message>
        <source>Export it again from the archive it came from.</source>
        <translation>Noch einmal aus dem Archiv exportieren, aus dem sie kam.</translation>
    </message>
    <message>
        <source>The file&apos;s compressed dataset cannot be unpacked.</source>
        <translation>Der komprimierte Datensatz der Datei lässt sich nicht entpacken.</translation>
    </message>
    <message>
        <source>Export it again without the deflated transfer syntax.</source>
        <translation>Noch einmal ohne die Transfersyntax „Deflated“ exportieren.</translation>
    </message>
    <message>
        <source>The file holds no image.</source>
        <translation>Die Datei enthält kein Bild.</translation>
    </message>
    <message>
        <source>Nothing is to be done where it is a report or another object.</source>
        <translation>Nichts ist zu tun, wenn sie ein Bericht oder ein anderes Objekt ist.</translation>
    </message>
    <message>
        <source>The image data are shorter than the header says.</source>
        <translation>Die Bilddaten sind kürzer, als der Kopf sagt.</translation>
    </message>
    <message>
        <source>Export it again; part of the picture is missing.</source>
        <translation>Noch einmal exportieren; ein Teil des Bildes fehlt.</translation>
    </message>
    <message>
        <source>The image&apos;s size or format is missing or contradicts itself.</source>
        <translation>Größe oder Format des Bildes fehlen oder widersprechen sich.</translation>
    </message>
    <message>
        <source>Ask for a new export: the header is damaged.</source>
        <translation>Um einen neuen Export bitten: Der Kopf ist beschädigt.</translation>
    </message>
    <message>
        <source>One image would take more memory than is safe.</source>
        <translation>Ein Bild bräuchte mehr Speicher, als sicher ist.</translation>
    </message>
    <message>
        <source>Export it in a smaller size or split it.</source>
        <translation>Kleiner exportieren oder teilen.</translation>
    </message>
    <message>
        <source>The compressed image&apos;s parts do not fit together.</source>
        <translation>Die Teile des komprimierten Bildes passen nicht zusammen.</translation>
    </message>
    <message>
        <source>Export it again, uncompressed if possible.</source>
        <translation>Noch einmal exportieren, möglichst unkomprimiert.</translation>
    </message>
    <message>
        <source>The JPEG data hold a mark that no valid picture has.</source>
        <translation>Die JPEG-Daten enthalten eine Marke, die kein gültiges Bild hat.</translation>
    </message>
    <message>
        <source>Do not trust this file; export it again from its source.</source>
        <translation>Dieser Datei nicht trauen; noch einmal von der Quelle exportieren.</translation>
    </message>
    <message>
        <source>The compressed picture&apos;s size differs from the header&apos;s.</source>
        <translation>Die Größe des komprimierten Bildes weicht von der im Kopf ab.</translation>
    </message>
    <message>
        <source>Export it again with another compression.</source>
        <translation>Noch einmal mit einer anderen Komprimierung exportieren.</translation>
    </message>
    <message>
        <source>The compressed picture cannot be decoded.</source>
        <translation>Das komprimierte Bild lässt sich nicht dekodieren.</translation>
    </message>
    <message>
        <source>Export it again uncompressed.</source>
        <translation>Noch einmal unkomprimiert exportieren.</translation>
    </message>
    <message>
        <source>The image is compressed in a way that Residua does not read.</source>
        <translation>Das Bild ist auf eine Weise komprimiert, die Residua nicht liest.</translation>
    </message>
    <message>
        <source>Export it uncompressed or as JPEG, JPEG-LS, JPEG 2000 or RLE.</source>
        <translation>Unkomprimiert oder als JPEG, JPEG-LS, JPEG 2000 oder RLE exportieren.</translation>
    </message>
    <message>
        <source>The pixels are in a format that Residua does not read.</source>
        <translation>Die Pixel haben ein Format, das Residua nicht liest.</translation>
    </message>
    <message>
        <source>Export the image with 8 to 16 bits a pixel.</source>
        <translation>Das Bild mit 8 bis 16 Bit je Pixel exportieren.</translation>
    </message>
    <message>
        <source>The file does not have this frame.</source>
        <translation>Die Datei hat dieses Einzelbild nicht.</translation>
    </message>
    <message>
        <source>Open the study again: the file was replaced.</source>
        <translation>Die Studie noch einmal öffnen: Die Datei wurde ersetzt.</translation>
    </message>
    <message>
        <source>The JPEG, PNG or TIFF picture is broken.</source>
        <translation>Das JPEG-, PNG- oder TIFF-Bild ist beschädigt.</translation>
    </message>
    <message>
        <source>Save it again from the program that made it.</source>
        <translation>Noch einmal aus dem Programm speichern, das es erzeugt hat.</translation>
    </message>
    <message>
        <source>The NIfTI volume is broken or contradicts itself.</source>
        <translation>Das NIfTI-Volumen ist beschädigt oder widerspricht sich.</translation>
    </message>
    <message>
        <source>Copy the file again, or convert it again from its DICOM files.</source>
        <translation>Die Datei noch einmal kopieren oder aus ihren DICOM-Dateien neu umwandeln.</translation>
    </message>
    <message>
        <source>Slices are missing in this stack.</source>
        <translation>In diesem Stapel fehlen Schichten.</translation>
    </message>
    <message>
        <source>Check whether all of the series&apos; files were copied.</source>
        <translation>Prüfen, ob alle Dateien der Serie kopiert wurden.</translation>
    </message>
    <message>
        <source>Slices lie twice at the same place in this stack.</source>
        <translation>In diesem Stapel liegen Schichten doppelt an derselben Stelle.</translation>
    </message>
    <message>
        <source>Check whether the series was copied twice; both are shown.</source>
        <translation>Prüfen, ob die Serie zweimal kopiert wurde; beide werden gezeigt.</translation>
    </message>
    <message>
        <source>The images do not say where they lie in the patient.</source>
        <translation>Die Bilder sagen nicht, wo sie im Patienten liegen.</translation>
    </message>
    <message>
        <source>They are ordered by their number; check the order before you rely on it.</source>
        <translation>Sie sind nach ihrer Nummer geordnet; die Reihenfolge prüfen, bevor man sich auf sie verlässt.</translation>
    </message>
    <message>
        <source>The image does not say where and how its frames were taken.</source>
        <translation>Das Bild sagt nicht, wo und wie seine Einzelbilder aufgenommen wurden.</translation>
    </message>
    <message>
        <source>They are shown in the order of the file; check the order before you rely on it.</source>
        <translation>Sie werden in der Reihenfolge der Datei gezeigt; die Reihenfolge prüfen, bevor man sich auf sie verlässt.</translation>
    </message>
    <message>
        <source>A file of the network is missing.</source>
        <translation>Eine Datei des Netzes fehlt.</translation>
    </message>
    <message>
        <source>Copy its folder again with card.json and model.safetensors.</source>
        <translation>Den Ordner noch einmal mit card.json und model.safetensors kopieren.</translation>
    </message>
    <message>
        <source>The network&apos;s card cannot be read.</source>
        <translation>Die Karte des Netzes lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>Copy its folder again; correct the field if you wrote the card.</source>
        <translation>Den Ordner noch einmal kopieren; das Feld berichtigen, falls die Karte selbst geschrieben ist.</translation>
    </message>
    <message>
        <source>The network&apos;s weights are not those that its card names.</source>
        <translation>Die Gewichte des Netzes sind nicht die, die seine Karte nennt.</translation>
    </message>
    <message>
        <source>Do not use it; copy the network again from where it came.</source>
        <translation>Nicht verwenden; das Netz noch einmal von dort kopieren, woher es kam.</translation>
    </message>
    <message>
        <source>The network&apos;s weights are damaged or in no format that Residua reads.</source>
        <translation>Die Gewichte des Netzes sind beschädigt oder in keinem Format, das Residua liest.</translation>
    </message>
    <message>
        <source>Copy the weights again, or export them as safetensors.</source>
        <translation>Die Gewichte noch einmal kopieren oder als safetensors exportieren.</translation>
    </message>
    <message>
        <source>The network&apos;s weights are in PyTorch&apos;s format from before version 1.6.</source>
        <translation>Die Gewichte des Netzes sind in PyTorchs Format aus der Zeit vor Version 1.6.</translation>
    </message>
    <message>
        <source>Load them in a newer PyTorch and save their state dict again with torch.save.</source>
        <translation>Laden Sie sie in einem neueren PyTorch und speichern Sie ihr state dict erneut mit torch.save.</translation>
    </message>
    <message>
        <source>The file holds more than weights: it asks for code, which is never run.</source>
        <translation>Die Datei enthält mehr als Gewichte: Sie verlangt nach Code, der niemals ausgeführt wird.</translation>
    </message>
    <message>
        <source>Save only the state dict with torch.save, or export it as safetensors.</source>
        <translation>Speichern Sie nur das state dict mit torch.save, oder exportieren Sie es als safetensors.</translation>
    </message>
    <message>
        <source>The network&apos;s weights do not fit its architecture.</source>
        <translation>Die Gewichte des Netzes passen nicht zu seiner Architektur.</translation>
    </message>
    <message>
        <source>Check the card&apos;s architecture against the weights&apos; tensors.</source>
        <translation>Die Architektur der Karte mit den Tensoren der Gewichte vergleichen.</translation>
    </message>
    <message>
        <source>The network&apos;s weights hold values that are no numbers.</source>
        <translation>Die Gewichte des Netzes enthalten Werte, die keine Zahlen sind.</translation>
    </message>
    <message>
        <source>Train it again or go back to an earlier version.</source>
        <translation>Noch einmal trainieren oder zu einer früheren Version zurückgehen.</translation>
    </message>
    <message>
        <source>There is no network of this name.</source>
        <translation>Ein Netz mit diesem Namen gibt es nicht.</translation>
    </message>
    <message>
        <source>List the networks with: residua models</source>
        <translation>Die Netze auflisten mit: residua models</translation>
    </message>
    <message>
        <source>The DICOMDIR names files that it must not name.</source>
        <translation>Das DICOMDIR nennt Dateien, die es nicht nennen darf.</translation>
    </message>
    <message>
        <source>Open the folder with the images instead.</source>
        <translation>Stattdessen den Ordner mit den Bildern öffnen.</translation>
    </message>
    <message>
        <source>The mask does not say which of the image&apos;s pixels it marks.</source>
        <translation>Die Maske sagt nicht, welche Pixel des Bildes sie markiert.</translation>
    </message>
    <message>
        <source>Give a mask of the same image; until then only the label is used.</source>
        <translation>Eine Maske desselben Bildes angeben; bis dahin zählt nur das Label.</translation>
    </message>
    <message>
        <source>The table of labels cannot be read.</source>
        <translation>Die Tabelle der Labels lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>It needs a path and a label column, or one folder a class.</source>
        <translation>Sie braucht eine Pfad- und eine Label-Spalte, oder einen Ordner je Klasse.</translation>
    </message>
    <message>
        <source>A row has a label that was not asked for.</source>
        <translation>Eine Zeile hat ein Label, nach dem nicht gefragt wurde.</translation>
    </message>
    <message>
        <source>Correct the label, or add it to the findings.</source>
        <translation>Das Label berichtigen oder zu den Befunden hinzufügen.</translation>
    </message>
    <message>
        <source>An image of the table is not there.</source>
        <translation>Ein Bild der Tabelle ist nicht da.</translation>
    </message>
    <message>
        <source>Correct the row&apos;s path, or copy the image.</source>
        <translation>Den Pfad der Zeile berichtigen oder das Bild kopieren.</translation>
    </message>
    <message>
        <source>An image is listed twice.</source>
        <translation>Ein Bild steht zweimal in der Tabelle.</translation>
    </message>
    <message>
        <source>Nothing must be done: it counts once.</source>
        <translation>Nichts ist zu tun: Es zählt einmal.</translation>
    </message>
    <message>
        <source>An image is listed with different labels.</source>
        <translation>Ein Bild steht mit verschiedenen Labels in der Tabelle.</translation>
    </message>
    <message>
        <source>Decide for one label; until then it is left out.</source>
        <translation>Sich für ein Label entscheiden; bis dahin bleibt es weg.</translation>
    </message>
    <message>
        <source>All images have the same label.</source>
        <translation>Alle Bilder haben dasselbe Label.</translation>
    </message>
    <message>
        <source>Add images of the other class.</source>
        <translation>Bilder der anderen Klasse hinzufügen.</translation>
    </message>
    <message>
        <source>There are too few patients to learn from and to check with.</source>
        <translation>Es sind zu wenige Patienten, um zu lernen und zu prüfen.</translation>
    </message>
    <message>
        <source>Add labelled patients: each part needs some of each class.</source>
        <translation>Patienten mit Labels hinzufügen: Jeder Teil braucht welche von jeder Klasse.</translation>
    </message>
    <message>
        <source>The training went astray: its loss is no number.</source>
        <translation>Das Training ist entgleist: Sein Verlust ist keine Zahl.</translation>
    </message>
    <message>
        <source>Start again with a lower learning rate (--learning-rate).</source>
        <translation>Noch einmal mit einer kleineren Lernrate beginnen (--learning-rate).</translation>
    </message>
    <message>
        <source>The checkpoint is broken or belongs to another training.</source>
        <translation>Der Zwischenstand ist beschädigt oder gehört zu einem anderen Training.</translation>
    </message>
    <message>
        <source>Choose another work folder, or delete this one to start again.</source>
        <translation>Einen anderen Arbeitsordner wählen, oder diesen löschen und neu beginnen.</translation>
    </message>
    <message>
        <source>The prepared training images are broken or were made otherwise.</source>
        <translation>Die vorbereiteten Trainingsbilder sind beschädigt oder wurden anders erzeugt.</translation>
    </message>
    <message>
        <source>Delete the cache file: it is made again.</source>
        <translation>Die Cache-Datei löschen: Sie wird neu erzeugt.</translation>
    </message>
    <message>
        <source>The engine did not start.</source>
        <translation>Die Engine ist nicht gestartet.</translation>
    </message>
    <message>
        <source>Install Residua again: residua-engine belongs beside the program.</source>
        <translation>Residua noch einmal installieren: residua-engine gehört neben das Programm.</translation>
    </message>
    <message>
        <source>The engine ended in the middle of its work.</source>
        <translation>Die Engine endete mitten in der Arbeit.</translation>
    </message>
    <message>
        <source>Images under way are not scored: try them alone. A training goes on from its last checkpoint when its command is started again.</source>
        <translation>Bilder in Arbeit sind nicht bewertet: einzeln versuchen. Ein Training geht von seinem letzten Sicherungspunkt weiter, wenn sein Befehl noch einmal gestartet wird.</translation>
    </message>
    <message>
        <source>Window and engine do not understand each other.</source>
        <translation>Fenster und Engine verstehen einander nicht.</translation>
    </message>
    <message>
        <source>Install both from the same version of Residua.</source>
        <translation>Beide aus derselben Version von Residua installieren.</translation>
    </message>
    <message>
        <source>There is not enough memory.</source>
        <translation>Der Speicher reicht nicht.</translation>
    </message>
    <message>
        <source>Close other programs or open fewer images at once.</source>
        <translation>Andere Programme schließen oder weniger Bilder auf einmal öffnen.</translation>
    </message>
    <message>
        <source>The network was not made for this image: not scored.</source>
        <translation>Das Netz ist für dieses Bild nicht gemacht: nicht bewertet.</translation>
    </message>
    <message>
        <source>Choose a network for this kind of image.</source>
        <translation>Ein Netz für diese Art von Bildern wählen.</translation>
    </message>
    <message>
        <source>The library of studies and verdicts cannot be used.</source>
        <translation>Die Bibliothek der Studien und Urteile ist nicht benutzbar.</translation>
    </message>
    <message>
        <source>Check the file&apos;s permissions and free space; keep a copy before you replace it.</source>
        <translation>Rechte der Datei und freien Platz prüfen; vor dem Ersetzen eine Kopie aufheben.</translation>
    </message>
    <message>
        <source>The library was written by a newer Residua.</source>
        <translation>Die Bibliothek stammt von einem neueren Residua.</translation>
    </message>
    <message>
        <source>Update this program; the library stays unchanged.</source>
        <translation>Dieses Programm aktualisieren; die Bibliothek bleibt unverändert.</translation>
    </message>
    <message>
        <source>The report could not be made.</source>
        <translation>Der Bericht ließ sich nicht erstellen.</translation>
    </message>
    <message>
        <source>Try again in another place; the results are kept.</source>
        <translation>An einem anderen Ort noch einmal versuchen; die Ergebnisse bleiben erhalten.</translation>
    </message>
    <message>
        <source>This cannot be understood.</source>
        <translation>Das ist nicht zu verstehen.</translation>
    </message>
    <message>
        <source>See: residua --help</source>
        <translation>Siehe: residua --help</translation>
    </message>
    <message>
        <source>Stopped as you asked.</source>
        <translation>Wie gewünscht angehalten.</translation>
    </message>
    <message>
        <source>Start it again when you like.</source>
        <translation>Jederzeit neu zu starten.</translation>
    </message>
    <message>
        <source>Something unexpected happened.</source>
        <translation>Etwas Unerwartetes ist geschehen.</translation>
    </message>
    <message>
        <source>Please report it with the details.</source>
        <translation>Bitte mit den Einzelheiten melden.</translation>
    </message>
    <message>
        <source>The library of studies and verdicts is damaged.</source>
        <translation>Die Bibliothek der Studien und Urteile ist beschädigt.</translation>
    </message>
    <message>
        <source>Rebuild it in the library (Ctrl+L): what can be read comes over, the damaged file is kept beside it.</source>
        <translation>In der Bibliothek (Strg+L) neu aufbauen: Was lesbar ist, wird übernommen; die beschädigte Datei bleibt daneben erhalten.</translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message>
        <source>For research and teaching, not a medical device.</source>
        <translation>Für Forschung und Lehre, kein Medizinprodukt.</translation>
    </message>
    <message>
        <source>Image review report</source>
        <translation>Bericht zur Bilddurchsicht</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>Patient</translation>
    </message>
    <message>
        <source>Patient ID</source>
        <translation>Patienten-ID</translation>
    </message>
    <message>
        <source>Born</source>
        <translation>Geboren</translation>
    </message>
    <message>
        <source>Sex, age</source>
        <translation>Geschlecht, Alter</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>Studie</translation>
    </message>
    <message>
        <source>Study date</source>
        <translation>Studiendatum</translation>
    </message>
    <message>
        <source>Accession</source>
        <translation>Auftragsnummer</translation>
    </message>
    <message>
        <source>Images reviewed</source>
        <translation>Durchgesehene Bilder</translation>
    </message>
    <message>
        <source>%1 in %2 series, %3 scored</source>
        <translation>%1 in %2 Serien, %3 bewertet</translation>
    </message>
    <message>
        <source>Study UID</source>
        <translation>Studien-UID</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>Finding</source>
        <translation>Befund</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>Serie</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwelle</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>image %1</source>
        <translation>Bild %1</translation>
    </message>
    <message>
        <source>flagged</source>
        <translation>markiert</translation>
    </message>
    <message>
        <source>not flagged</source>
        <translation>nicht markiert</translation>
    </message>
    <message>
        <source>calibrated</source>
        <translation>kalibriert</translation>
    </message>
    <message>
        <source>not calibrated</source>
        <translation>nicht kalibriert</translation>
    </message>
    <message>
        <source>not scored: %1</source>
        <translation>nicht bewertet: %1</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keines</translation>
    </message>
    <message>
        <source>agree</source>
        <translation>stimmt</translation>
    </message>
    <message>
        <source>disagree</source>
        <translation>falsch</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>Note: %1</source>
        <translation>Notiz: %1</translation>
    </message>
    <message>
        <source>Deciding images</source>
        <translation>Entscheidende Bilder</translation>
    </message>
    <message>
        <source>Key images</source>
        <translation>Schlüsselbilder</translation>
    </message>
    <message>
        <source>without heatmap</source>
        <translation>ohne Heatmap</translation>
    </message>
    <message>
        <source>score for %1 %2 · logit %3</source>
        <translation>Score für %1 %2 · Logit %3</translation>
    </message>
    <message>
        <source>score for %1 %2; no heatmap was stored</source>
        <translation>Score für %1 %2; keine Heatmap gespeichert</translation>
    </message>
    <message>
        <source>contribution to the logit</source>
        <translation>Beitrag zum Logit</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>%1 × %2 pixels</source>
        <translation>%1 × %2 Pixel</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Analysed</source>
        <translation>Analysiert</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>Weights SHA-256</source>
        <translation>SHA-256 der Gewichte</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Grenzen</translation>
    </message>
    <message>
        <source>A score under the threshold is &apos;not flagged&apos;, which does not rule the finding out. A heatmap shows where the network&apos;s evidence lies, at the network&apos;s own coarse resolution.</source>
        <translation>Ein Score unter der Schwelle heißt „nicht markiert“; das schließt den Befund nicht aus. Eine Heatmap zeigt, wo die Evidenz des Netzes liegt, in der groben Auflösung des Netzes selbst.</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Probleme</translation>
    </message>
    <message>
        <source>and %1 more, in the JSON file</source>
        <translation>und %1 weitere, in der JSON-Datei</translation>
    </message>
    <message>
        <source>Series %1</source>
        <translation>Serie %1</translation>
    </message>
    <message>
        <source>image %1 of %2</source>
        <translation>Bild %1 von %2</translation>
    </message>
    <message>
        <source>%1 year</source>
        <translation>%1 Jahr</translation>
    </message>
    <message>
        <source>%1 years</source>
        <translation>%1 Jahre</translation>
    </message>
    <message>
        <source>%1 month</source>
        <translation>%1 Monat</translation>
    </message>
    <message>
        <source>%1 months</source>
        <translation>%1 Monate</translation>
    </message>
    <message>
        <source>%1 week</source>
        <translation>%1 Woche</translation>
    </message>
    <message>
        <source>%1 weeks</source>
        <translation>%1 Wochen</translation>
    </message>
    <message>
        <source>%1 day</source>
        <translation>%1 Tag</translation>
    </message>
    <message>
        <source>%1 days</source>
        <translation>%1 Tage</translation>
    </message>
    <message>
        <source>the one image scored</source>
        <translation>das eine bewertete Bild</translation>
    </message>
    <message>
        <source>highest of %1 images</source>
        <translation>höchster von %1 Bildern</translation>
    </message>
    <message>
        <source>the image that decides %1</source>
        <translation>das Bild, das über %1 entscheidet</translation>
    </message>
    <message>
        <source>mean of slices %1–%2, which decide %3</source>
        <translation>Mittel der Schichten %1–%2, die über %3 entscheiden</translation>
    </message>
    <message>
        <source>mean of slices %1–%2, the highest of %3</source>
        <translation>Mittel der Schichten %1–%2, das höchste von %3</translation>
    </message>
    <message>
        <source>, the highest of %1 stacks</source>
        <translation>, der höchste von %1 Stapeln</translation>
    </message>
    <message>
        <source>%1 of %2 images not scored: %3</source>
        <translation>%1 von %2 Bildern nicht bewertet: %3</translation>
    </message>
    <message>
        <source>Scope not checked: %1</source>
        <translation>Geltungsbereich nicht geprüft: %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>Scope</name>
    <message>
        <source>unlike the training images: read with care</source>
        <translation>anders als die Trainingsbilder: mit Vorsicht lesen</translation>
    </message>
    <message>
        <source>unlike the images the network was trained on</source>
        <translation>anders als die Bilder, an denen das Netz trainiert wurde</translation>
    </message>
    <message>
        <source>looks mirrored</source>
        <translation>sieht gespiegelt aus</translation>
    </message>
    <message>
        <source>looks upside down</source>
        <translation>sieht auf dem Kopf stehend aus</translation>
    </message>
    <message>
        <source>looks rotated to the left</source>
        <translation>sieht nach links gedreht aus</translation>
    </message>
    <message>
        <source>looks rotated to the right</source>
        <translation>sieht nach rechts gedreht aus</translation>
    </message>
    <message>
        <source>all its pixels have the same value</source>
        <translation>alle Bildpunkte haben denselben Wert</translation>
    </message>
    <message>
        <source>a picture without DICOM tags</source>
        <translation>ein Bild ohne DICOM-Felder</translation>
    </message>
</context>
<context>
    <name>StudyCollection</name>
    <message>
        <source>%1 months</source>
        <translation>%1 Monate</translation>
    </message>
    <message>
        <source>%1 y</source>
        <translation>%1 J</translation>
    </message>
</context>
<context>
    <name>Viewport</name>
    <message>
        <source>%1 px</source>
        <translation>%1 px</translation>
    </message>
    <message>
        <source>%1 cm</source>
        <translation>%1 cm</translation>
    </message>
    <message>
        <source>%1 mm</source>
        <translation>%1 mm</translation>
    </message>
</context>
<context>
    <name>residua::AboutDialog</name>
    <message>
        <source>About Residua</source>
        <translation>Über Residua</translation>
    </message>
    <message>
        <source>Version %1</source>
        <translation>Version %1</translation>
    </message>
    <message>
        <source>Opens MRI and X-ray studies and shows, beside each image, what a residual network flags in it and where its evidence lies.</source>
        <translation>Öffnet MRT- und Röntgenstudien und zeigt neben jedem Bild, was ein residuales Netz darin markiert und wo seine Evidenz liegt.</translation>
    </message>
    <message>
        <source>For research and teaching, not a medical device.</source>
        <translation>Für Forschung und Lehre, kein Medizinprodukt.</translation>
    </message>
    <message>
        <source>Free software under the GNU General Public License, version 3 or later. Built with Qt, DCMTK, ITK and LibTorch. Icons: Tabler Icons (MIT).</source>
        <translation>Freie Software unter der GNU General Public License, Version 3 oder neuer. Gebaut mit Qt, DCMTK, ITK und LibTorch. Symbole: Tabler Icons (MIT).</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>residua::Actions</name>
    <message>
        <source>Studies</source>
        <translation>Studien</translation>
    </message>
    <message>
        <source>Slices and series</source>
        <translation>Schichten und Serien</translation>
    </message>
    <message>
        <source>Left mouse button</source>
        <translation>Linke Maustaste</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Interface</source>
        <translation>Oberfläche</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Current tool</source>
        <translation>Aktuelles Werkzeug</translation>
    </message>
    <message>
        <source>Left drag</source>
        <translation>Links ziehen</translation>
    </message>
    <message>
        <source>Wider / narrower window (window tool)</source>
        <translation>Fenster breiter / schmaler (Fensterwerkzeug)</translation>
    </message>
    <message>
        <source>Left drag right / left</source>
        <translation>Links ziehen nach rechts / links</translation>
    </message>
    <message>
        <source>Brighter / darker (window tool)</source>
        <translation>Heller / dunkler (Fensterwerkzeug)</translation>
    </message>
    <message>
        <source>Left drag up / down</source>
        <translation>Links ziehen nach oben / unten</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Middle drag</source>
        <translation>Mitte ziehen</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Right drag, or Ctrl+wheel</source>
        <translation>Rechts ziehen, oder Strg+Rad</translation>
    </message>
    <message>
        <source>Slices</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>Rad</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Right click</source>
        <translation>Rechtsklick</translation>
    </message>
    <message>
        <source>Maximise and back</source>
        <translation>Maximieren und zurück</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>Doppelklick</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>All commands</source>
        <translation>Alle Befehle</translation>
    </message>
    <message>
        <source>Remove the length touched last</source>
        <translation>Zuletzt berührte Länge entfernen</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Entf</translation>
    </message>
</context>
<context>
    <name>residua::DocsDialog</name>
    <message>
        <source>Documentation</source>
        <translation>Dokumentation</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Vor</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>Inhalt</translation>
    </message>
</context>
<context>
    <name>residua::DropHint</name>
    <message>
        <source>Drop to open</source>
        <translation>Zum Öffnen ablegen</translation>
    </message>
</context>
<context>
    <name>residua::FindingFrame</name>
    <message>
        <source>flagged</source>
        <translation>markiert</translation>
    </message>
    <message>
        <source>not flagged</source>
        <translation>nicht markiert</translation>
    </message>
    <message>
        <source>not scored</source>
        <translation>nicht bewertet</translation>
    </message>
    <message>
        <source>waiting…</source>
        <translation>wartet …</translation>
    </message>
    <message>
        <source>Agree</source>
        <translation>Stimmt</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>Disagree</source>
        <translation>Falsch</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Slice %1, %2</source>
        <translation>Schicht %1, %2</translation>
    </message>
    <message>
        <source>score for %1 %2 · logit %3 · threshold %4 %5</source>
        <translation>Score für %1 %2 · Logit %3 · Schwelle %4 %5</translation>
    </message>
    <message>
        <source>slice %1: %2</source>
        <translation>Schicht %1: %2</translation>
    </message>
    <message>
        <source>Your answer: %1</source>
        <translation>Ihre Antwort: %1</translation>
    </message>
    <message>
        <source>not calibrated</source>
        <translation>nicht kalibriert</translation>
    </message>
</context>
<context>
    <name>residua::FindingsPanel</name>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>The network that scores the images</source>
        <translation>Das Netz, das die Bilder bewertet</translation>
    </message>
    <message>
        <source>Analyse</source>
        <translation>Analysieren</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Analysing: %1 of %2 images</source>
        <translation>Analyse: %1 von %2 Bildern</translation>
    </message>
    <message>
        <source>Starting the analysis…</source>
        <translation>Die Analyse beginnt …</translation>
    </message>
    <message>
        <source>Open a study to see what the network flags.</source>
        <translation>Eine Studie öffnen, um zu sehen, was das Netz markiert.</translation>
    </message>
    <message>
        <source>No network is installed for these images.</source>
        <translation>Für diese Bilder ist kein Netz installiert.</translation>
    </message>
    <message>
        <source>The analysis program does not start.</source>
        <translation>Das Analyseprogramm startet nicht.</translation>
    </message>
    <message>
        <source>Not scored</source>
        <translation>Nicht bewertet</translation>
    </message>
    <message>
        <source>Not analysed yet.</source>
        <translation>Noch nicht analysiert.</translation>
    </message>
    <message>
        <source>Choose a network</source>
        <translation>Netz auswählen</translation>
    </message>
</context>
<context>
    <name>residua::FindingsPresenter</name>
    <message>
        <source>All %1 networks that fit</source>
        <translation>Alle %1 passenden Netze</translation>
    </message>
    <message>
        <source>no installed network was made for these images.</source>
        <translation>kein installiertes Netz ist für diese Bilder gemacht.</translation>
    </message>
    <message>
        <source>%1: agree</source>
        <translation>%1: stimmt</translation>
    </message>
    <message>
        <source>%1: disagree</source>
        <translation>%1: falsch</translation>
    </message>
    <message>
        <source>%1: unsure</source>
        <translation>%1: unsicher</translation>
    </message>
    <message>
        <source>%1: answer taken back</source>
        <translation>%1: Antwort zurückgenommen</translation>
    </message>
</context>
<context>
    <name>residua::HeaderModel</name>
    <message>
        <source>Item %1</source>
        <translation>Eintrag %1</translation>
    </message>
    <message>
        <source>private</source>
        <translation>privat</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>items: %1</source>
        <translation>Einträge: %1</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Byte</translation>
    </message>
    <message>
        <source>compressed pixels</source>
        <translation>komprimierte Pixel</translation>
    </message>
    <message>
        <source>≠ only left</source>
        <translation>≠ nur links</translation>
    </message>
    <message>
        <source>≠ only right</source>
        <translation>≠ nur rechts</translation>
    </message>
    <message>
        <source>≠ differs</source>
        <translation>≠ verschieden</translation>
    </message>
    <message>
        <source>≠ inside</source>
        <translation>≠ darin</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>VR</source>
        <translation>VR</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Unterschied</translation>
    </message>
</context>
<context>
    <name>residua::HeaderPresenter</name>
    <message>
        <source>%1 · image %2 of %3</source>
        <translation>%1 · Bild %2 von %3</translation>
    </message>
    <message>
        <source>The file breaks off: %1</source>
        <translation>Die Datei bricht ab: %1</translation>
    </message>
    <message>
        <source>Only DICOM files have such a header; this image comes from a file of another kind.</source>
        <translation>Nur DICOM-Dateien haben solche Kopfdaten; dieses Bild kommt aus einer Datei anderer Art.</translation>
    </message>
</context>
<context>
    <name>residua::HeaderView</name>
    <message>
        <source>The first %1 of %2 elements are shown.</source>
        <translation>Die ersten %1 von %2 Elementen sind zu sehen.</translation>
    </message>
    <message>
        <source>DICOM header</source>
        <translation>DICOM-Kopfdaten</translation>
    </message>
    <message>
        <source>Search tag, name or value</source>
        <translation>Tag, Name oder Wert suchen</translation>
    </message>
    <message>
        <source>Search the header</source>
        <translation>Kopfdaten durchsuchen</translation>
    </message>
    <message>
        <source>Elements</source>
        <translation>Elemente</translation>
    </message>
    <message>
        <source>Keep this image</source>
        <translation>Dieses Bild festhalten</translation>
    </message>
    <message>
        <source>The header stays when another image is shown</source>
        <translation>Die Kopfdaten bleiben, wenn ein anderes Bild gezeigt wird</translation>
    </message>
    <message>
        <source>Compare with shown image</source>
        <translation>Mit gezeigtem Bild vergleichen</translation>
    </message>
    <message>
        <source>Keeps this image on the left; on the right is the image that is shown</source>
        <translation>Hält dieses Bild links fest; rechts steht das Bild, das gerade gezeigt wird</translation>
    </message>
    <message>
        <source>Only differences</source>
        <translation>Nur Unterschiede</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>Alle kopieren</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 und %2</translation>
    </message>
    <message>
        <source>End the comparison</source>
        <translation>Vergleich beenden</translation>
    </message>
    <message>
        <source>%1 found</source>
        <translation>%1 gefunden</translation>
    </message>
    <message>
        <source>differences: %1</source>
        <translation>Unterschiede: %1</translation>
    </message>
    <message>
        <source>elements: %1</source>
        <translation>Elemente: %1</translation>
    </message>
    <message>
        <source>Nothing in this header matches the search.</source>
        <translation>Nichts in diesen Kopfdaten passt zur Suche.</translation>
    </message>
    <message>
        <source>The two headers are the same.</source>
        <translation>Beide Kopfdaten sind gleich.</translation>
    </message>
</context>
<context>
    <name>residua::HeatmapControls</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Heatmap</source>
        <translation>Heatmap</translation>
    </message>
    <message>
        <source>Heatmap (%1)</source>
        <translation>Heatmap (%1)</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwelle</translation>
    </message>
    <message>
        <source>Weaker evidence than this share of the scale is not painted</source>
        <translation>Schwächere Evidenz als dieser Anteil der Skala wird nicht gemalt</translation>
    </message>
    <message>
        <source>Evidence against, too</source>
        <translation>Auch Evidenz dagegen</translation>
    </message>
</context>
<context>
    <name>residua::ImagePresenter</name>
    <message>
        <source>Loading…</source>
        <translation>Lädt …</translation>
    </message>
    <message>
        <source>Image copied</source>
        <translation>Bild kopiert</translation>
    </message>
</context>
<context>
    <name>residua::KeysDialog</name>
    <message>
        <source>The file&apos;s windows, then presets</source>
        <translation>Fenster der Datei, dann Voreinstellungen</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>Maus</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>Tasten und Maus</translation>
    </message>
    <message>
        <source>Open the documentation</source>
        <translation>Dokumentation öffnen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>residua::LibraryModel</name>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>analysed</source>
        <translation>analysiert</translation>
    </message>
    <message>
        <source>read</source>
        <translation>gelesen</translation>
    </message>
    <message>
        <source>%1 · missing</source>
        <translation>%1 · fehlt</translation>
    </message>
    <message>
        <source>%1 · partly missing</source>
        <translation>%1 · fehlt zum Teil</translation>
    </message>
    <message>
        <source>Not there any more:</source>
        <translation>Nicht mehr da:</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>Patient</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>Studie</translation>
    </message>
    <message>
        <source>Modality</source>
        <translation>Modalität</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Flagged</source>
        <translation>Markiert</translation>
    </message>
    <message>
        <source>Last answer</source>
        <translation>Letzte Antwort</translation>
    </message>
</context>
<context>
    <name>residua::LibraryPresenter</name>
    <message>
        <source>Rebuilding the library…</source>
        <translation>Die Bibliothek wird neu aufgebaut …</translation>
    </message>
    <message>
        <source>Looking for the files…</source>
        <translation>Die Dateien werden gesucht …</translation>
    </message>
    <message>
        <source>%1 is not where it was. Missing:
%2
Locate… looks for it in another folder.</source>
        <translation>%1 ist nicht mehr, wo es war. Es fehlt:
%2
„Suchen …“ sucht in einem anderen Ordner.</translation>
    </message>
    <message>
        <source>Of %1 only a part was opened. Missing:
%2
Locate… looks for it in another folder.</source>
        <translation>Von %1 wurde nur ein Teil geöffnet. Es fehlt:
%2
„Suchen …“ sucht in einem anderen Ordner.</translation>
    </message>
    <message>
        <source>More studies that are missing: %1</source>
        <translation>Weitere Studien, die fehlen: %1</translation>
    </message>
    <message>
        <source>%1 is no longer in:
%2
Locate… looks for it in another folder.</source>
        <translation>%1 ist nicht mehr in:
%2
„Suchen …“ sucht in einem anderen Ordner.</translation>
    </message>
    <message>
        <source>Looking for the study · files read: %1</source>
        <translation>Die Studie wird gesucht · gelesene Dateien: %1</translation>
    </message>
    <message>
        <source>Stopped: the study is where it was</source>
        <translation>Angehalten: Der Ort der Studie bleibt, wie er war</translation>
    </message>
    <message>
        <source>%1 is not in %2. Other studies there: %3</source>
        <translation>%1 ist nicht in %2. Andere Studien dort: %3</translation>
    </message>
    <message>
        <source>Found in %1 · images: %2</source>
        <translation>Gefunden in %1 · Bilder: %2</translation>
    </message>
    <message>
        <source>before: %1</source>
        <translation>vorher: %1</translation>
    </message>
    <message>
        <source>Backing up the library…</source>
        <translation>Die Bibliothek wird gesichert …</translation>
    </message>
    <message>
        <source>Backed up: %1 (%2)</source>
        <translation>Gesichert: %1 (%2)</translation>
    </message>
    <message>
        <source>Rebuilt. Studies: %1 · answers: %2 · scored images: %3. The damaged file is kept: %4</source>
        <translation>Neu aufgebaut. Studien: %1 · Antworten: %2 · Bilder mit Score: %3. Die beschädigte Datei ist noch da: %4</translation>
    </message>
    <message>
        <source>Some entries could not be read.</source>
        <translation>Einige Einträge waren nicht lesbar.</translation>
    </message>
</context>
<context>
    <name>residua::LibraryView</name>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Search patient, ID, study, accession number or date</source>
        <translation>Patient, Nummer, Studie, Zugangsnummer oder Datum suchen</translation>
    </message>
    <message>
        <source>Search the library</source>
        <translation>Bibliothek durchsuchen</translation>
    </message>
    <message>
        <source>Studies</source>
        <translation>Studien</translation>
    </message>
    <message>
        <source>Rebuild</source>
        <translation>Neu aufbauen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Shows the selected studies (Enter)</source>
        <translation>Zeigt die gewählten Studien (Eingabetaste)</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>Suchen …</translation>
    </message>
    <message>
        <source>Looks for the study in a folder that you choose</source>
        <translation>Sucht die Studie in einem Ordner Ihrer Wahl</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>Aus der Liste entfernen</translation>
    </message>
    <message>
        <source>Forgets the selected studies; their images stay</source>
        <translation>Vergisst die gewählten Studien; ihre Bilder bleiben</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Sichern …</translation>
    </message>
    <message>
        <source>Writes a copy of the library: studies, scores and answers, not images</source>
        <translation>Schreibt eine Kopie der Bibliothek: Studien, Scores und Antworten, keine Bilder</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>The library file is damaged. Until it is rebuilt, what you do is kept only while the window is open. Rebuilding keeps all that can be read, and the damaged file.</source>
        <translation>Die Datei der Bibliothek ist beschädigt. Bis sie neu aufgebaut ist, bleibt, was Sie tun, nur bis zum Schließen des Fensters erhalten. Beim Neuaufbau bleibt alles Lesbare und auch die beschädigte Datei.</translation>
    </message>
    <message>
        <source>The library file cannot be used: what you do is kept only while the window is open.</source>
        <translation>Die Datei der Bibliothek ist nicht benutzbar: Was Sie tun, bleibt nur bis zum Schließen des Fensters erhalten.</translation>
    </message>
    <message>
        <source>studies: %1</source>
        <translation>Studien: %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>No study was opened yet.</source>
        <translation>Noch wurde keine Studie geöffnet.</translation>
    </message>
    <message>
        <source>No study matches the search.</source>
        <translation>Keine Studie passt zur Suche.</translation>
    </message>
    <message>
        <source>Forget this study?</source>
        <translation>Diese Studie vergessen?</translation>
    </message>
    <message>
        <source>Forget %1 studies?</source>
        <translation>%1 Studien vergessen?</translation>
    </message>
    <message>
        <source>The images stay where they are. Your answers, the scores, key images and lengths are deleted.</source>
        <translation>Die Bilder bleiben, wo sie sind. Ihre Antworten, die Scores, Schlüsselbilder und Längen werden gelöscht.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
</context>
<context>
    <name>residua::MainWindow</name>
    <message>
        <source>Save window</source>
        <translation>Fenster speichern</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>Name der Voreinstellung</translation>
    </message>
    <message>
        <source>No flagged slice after this one</source>
        <translation>Keine markierte Schicht nach dieser</translation>
    </message>
    <message>
        <source>No flagged slice before this one</source>
        <translation>Keine markierte Schicht vor dieser</translation>
    </message>
</context>
<context>
    <name>residua::Marks</name>
    <message>
        <source>key image</source>
        <translation>Schlüsselbild</translation>
    </message>
    <message>
        <source>length</source>
        <translation>Länge</translation>
    </message>
</context>
<context>
    <name>residua::ModelSection</name>
    <message>
        <source>About this network</source>
        <translation>Über dieses Netz</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Computed on</source>
        <translation>Gerechnet auf</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Grenzen</translation>
    </message>
</context>
<context>
    <name>residua::Notice</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>residua::Opening</name>
    <message>
        <source>Reading files</source>
        <translation>Liest Dateien</translation>
    </message>
    <message>
        <source>Files read: %1</source>
        <translation>Gelesene Dateien: %1</translation>
    </message>
    <message>
        <source>other files: %1</source>
        <translation>andere Dateien: %1</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>Writing sample studies</source>
        <translation>Schreibt Beispielstudien</translation>
    </message>
</context>
<context>
    <name>residua::PasswordDialog</name>
    <message>
        <source>Password</source>
        <translation>Kennwort</translation>
    </message>
    <message>
        <source>The archive is encrypted</source>
        <translation>Das Archiv ist verschlüsselt</translation>
    </message>
    <message>
        <source>This password does not open it</source>
        <translation>Dieses Kennwort öffnet es nicht</translation>
    </message>
    <message>
        <source>Password of %1. It is kept until Residua is closed and is written nowhere.</source>
        <translation>Kennwort von %1. Es gilt, bis Residua geschlossen wird, und wird nirgends gespeichert.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>residua::ProblemsDialog</name>
    <message>
        <source>Problems</source>
        <translation>Probleme</translation>
    </message>
    <message>
        <source>1 problem</source>
        <translation>1 Problem</translation>
    </message>
    <message>
        <source>%1 problems</source>
        <translation>%1 Probleme</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>Alle kopieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>residua::ReaderDialog</name>
    <message>
        <source>Reader&apos;s name</source>
        <translation>Name des Befundenden</translation>
    </message>
    <message>
        <source>Keep name</source>
        <translation>Name übernehmen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>Ihr Name</translation>
    </message>
    <message>
        <source>It stands beside your answers and in reports. The menu changes it, under Interface.</source>
        <translation>Er steht neben Ihren Antworten und in Berichten. Ändern lässt er sich im Menü unter Oberfläche.</translation>
    </message>
</context>
<context>
    <name>residua::SliceStrip</name>
    <message>
        <source>Slices</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Slice %1</source>
        <translation>Schicht %1</translation>
    </message>
    <message>
        <source>score %1</source>
        <translation>Score %1</translation>
    </message>
    <message>
        <source>flagged</source>
        <translation>markiert</translation>
    </message>
    <message>
        <source>not flagged</source>
        <translation>nicht markiert</translation>
    </message>
    <message>
        <source>key image</source>
        <translation>Schlüsselbild</translation>
    </message>
</context>
<context>
    <name>residua::StatusLine</name>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>For research and teaching, not a medical device</source>
        <translation>Für Forschung und Lehre, kein Medizinprodukt</translation>
    </message>
    <message>
        <source>1 problem</source>
        <translation>1 Problem</translation>
    </message>
    <message>
        <source>%1 problems</source>
        <translation>%1 Probleme</translation>
    </message>
</context>
<context>
    <name>residua::StudyBrowser</name>
    <message>
        <source>Studies</source>
        <translation>Studien</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search studies</source>
        <translation>Studien suchen</translation>
    </message>
    <message>
        <source>Mark study as read</source>
        <translation>Studie als gelesen kennzeichnen</translation>
    </message>
    <message>
        <source>Mark study as new</source>
        <translation>Studie als neu kennzeichnen</translation>
    </message>
    <message>
        <source>Remove study from the list</source>
        <translation>Studie aus der Liste entfernen</translation>
    </message>
    <message>
        <source>No study matches the search. Esc ends it.</source>
        <translation>Keine Studie passt zur Suche. Esc beendet sie.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>residua::StudyDelegate</name>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>analysed</source>
        <translation>analysiert</translation>
    </message>
    <message>
        <source>read</source>
        <translation>gelesen</translation>
    </message>
    <message>
        <source>not scored</source>
        <translation>nicht bewertet</translation>
    </message>
</context>
<context>
    <name>residua::StudyModel</name>
    <message>
        <source>1 image</source>
        <translation>1 Bild</translation>
    </message>
    <message>
        <source>%1 images</source>
        <translation>%1 Bilder</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>analysed</source>
        <translation>analysiert</translation>
    </message>
    <message>
        <source>read</source>
        <translation>gelesen</translation>
    </message>
    <message>
        <source>No name</source>
        <translation>Ohne Namen</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>Studie</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>Serie</translation>
    </message>
    <message>
        <source>Stack %1</source>
        <translation>Stapel %1</translation>
    </message>
    <message>
        <source>not scored: %1</source>
        <translation>nicht bewertet: %1</translation>
    </message>
    <message>
        <source>flagged: %1</source>
        <translation>markiert: %1</translation>
    </message>
</context>
<context>
    <name>residua::Verdicts</name>
    <message>
        <source>answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>note</source>
        <translation>Notiz</translation>
    </message>
</context>
<context>
    <name>residua::Viewing</name>
    <message>
        <source>File: VOI LUT %1</source>
        <translation>Datei: VOI-LUT %1</translation>
    </message>
    <message>
        <source>File: %1</source>
        <translation>Datei: %1</translation>
    </message>
    <message>
        <source>File: window %1</source>
        <translation>Datei: Fenster %1</translation>
    </message>
</context>
<context>
    <name>residua::Viewport</name>
    <message>
        <source>Image</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>evidence here %1 logits</source>
        <translation>Evidenz hier %1 Logits</translation>
    </message>
    <message>
        <source>Key image</source>
        <translation>Schlüsselbild</translation>
    </message>
</context>
<context>
    <name>residua::WelcomePage</name>
    <message>
        <source>See what a network flags in MRI and X-ray studies, and why.</source>
        <translation>Sehen, was ein Netz in MRT- und Röntgenstudien markiert, und warum.</translation>
    </message>
    <message>
        <source>Open a folder with studies</source>
        <translation>Einen Ordner mit Studien öffnen</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Or drop files and folders anywhere in this window</source>
        <translation>Oder Dateien und Ordner irgendwo in dieses Fenster ziehen</translation>
    </message>
    <message>
        <source>Or begin with simulated sample studies</source>
        <translation>Oder mit simulierten Beispielstudien beginnen</translation>
    </message>
    <message>
        <source>Open samples</source>
        <translation>Beispiele öffnen</translation>
    </message>
    <message>
        <source>F1 shows all keys</source>
        <translation>F1 zeigt alle Tasten</translation>
    </message>
    <message>
        <source>Or find a study that was open before</source>
        <translation>Oder eine Studie suchen, die schon offen war</translation>
    </message>
    <message>
        <source>Library…</source>
        <translation>Bibliothek …</translation>
    </message>
</context>
<context>
    <name>residua::WindowMenu</name>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
</context>
<context>
    <name>residua::Workbench</name>
    <message>
        <source>Simulated sample studies. Ctrl+O opens your own, F1 shows all keys.</source>
        <translation>Simulierte Beispielstudien. Strg+O öffnet eigene, F1 zeigt alle Tasten.</translation>
    </message>
    <message>
        <source>The documentation is not installed</source>
        <translation>Die Dokumentation ist nicht installiert</translation>
    </message>
    <message>
        <source>Answers are not kept: the library cannot be used</source>
        <translation>Antworten werden nicht aufgehoben: Die Bibliothek ist nicht benutzbar</translation>
    </message>
    <message>
        <source>Saved: %1</source>
        <translation>Gespeichert: %1</translation>
    </message>
    <message>
        <source>Writing the report</source>
        <translation>Schreibt den Bericht</translation>
    </message>
    <message>
        <source>Analysing</source>
        <translation>Analyse läuft</translation>
    </message>
    <message>
        <source>Nothing to report yet: analyse the study first</source>
        <translation>Noch nichts zu berichten: erst die Studie analysieren</translation>
    </message>
    <message>
        <source>Thumbnails deleted: %1</source>
        <translation>Vorschaubilder gelöscht: %1</translation>
    </message>
    <message>
        <source>Stopped: no report was written</source>
        <translation>Gestoppt: Es wurde kein Bericht geschrieben</translation>
    </message>
</context>
</TS>
